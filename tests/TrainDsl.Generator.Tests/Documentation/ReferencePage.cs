using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;

namespace TrainDsl.Generator.Tests.Documentation;

/// <summary>The tables of docs/reference.md.</summary>
internal static class ReferencePage
{
    private const string Heading = "### ";

    /// <summary>The rows of the table under each heading, a row by its cells; none where a heading has no table.</summary>
    public static IReadOnlyDictionary<string, IReadOnlyList<string[]>> Read()
    {
        var sections = new Dictionary<string, IReadOnlyList<string[]>>(StringComparer.Ordinal);
        List<string[]>? rows = null;
        foreach (string line in File.ReadLines(Path.Combine(Repository.Root, "docs", "reference.md")))
        {
            if (line.StartsWith(Heading, StringComparison.Ordinal))
            {
                sections.Add(line[Heading.Length..], rows = []);
            }
            else if (line.StartsWith("## ", StringComparison.Ordinal))
            {
                rows = null;
            }
            else if (line.StartsWith("| `", StringComparison.Ordinal))
            {
                rows?.Add([.. line.Trim('|').Split('|').Select(static cell => cell.Trim())]);
            }
        }

        return sections;
    }
}
