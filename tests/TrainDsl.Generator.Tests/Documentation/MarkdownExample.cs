using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text.RegularExpressions;

namespace TrainDsl.Generator.Tests.Documentation;

/// <summary>A fenced block of C# on a page, and what the comment before it says of it.</summary>
/// <param name="Page">The page, from the root of the repository.</param>
/// <param name="Line">The line of the block's first line of code, from 1.</param>
/// <param name="Code">The block without its fences.</param>
/// <param name="Kind">What the block is a fragment of, such as <c>statements</c>; empty for a whole file.</param>
/// <param name="Of">The class that it has members of; empty unless the kind says.</param>
/// <param name="Shows">The diagnostics that the text says it shows, in the order of the source.</param>
internal sealed partial record MarkdownExample(string Page, int Line, string Code, string Kind, string Of, IReadOnlyList<string> Shows)
{
    private const string Fence = "```";

    /// <summary>The pages whose blocks are compiled, from the root of the repository. Those of the diagnostics have tests of their own.</summary>
    public static IEnumerable<string> Pages
        => Directory.GetFiles(Path.Combine(Repository.Root, "docs"), "*.md")
            .Append(Path.Combine(Repository.Root, "README.md"))
            .Select(static path => Path.GetRelativePath(Repository.Root, path).Replace('\\', '/'))
            .Order(StringComparer.Ordinal);

    /// <summary>Where it is: page and line.</summary>
    public string Place => $"{Page}:{Line}";

    /// <summary>The blocks of a page.</summary>
    public static IReadOnlyList<MarkdownExample> On(string page) => Read(page, File.ReadAllLines(Path.Combine(Repository.Root, page)));

    /// <summary>The blocks of a page's lines.</summary>
    public static IReadOnlyList<MarkdownExample> Read(string page, string[] lines)
    {
        var examples = new List<MarkdownExample>();
        for (int i = 0; i < lines.Length; i++)
        {
            if (!lines[i].StartsWith(Fence, StringComparison.Ordinal))
            {
                continue;
            }

            int end = Array.IndexOf(lines, Fence, i + 1);
            if (end < 0)
            {
                throw new InvalidDataException($"{page}:{i + 1}: the block is not closed.");
            }

            string language = lines[i][Fence.Length..].Trim();
            if (language is "cs" or "c#" or "C#")
            {
                throw new InvalidDataException($"{page}:{i + 1}: write ```csharp, so that the block is compiled.");
            }

            if (language == "csharp")
            {
                examples.Add(Example(page, i + 2, string.Join('\n', lines[(i + 1)..end]), i > 0 ? lines[i - 1] : ""));
            }

            i = end;
        }

        return examples;
    }

    private static MarkdownExample Example(string page, int line, string code, string before)
    {
        if (!before.StartsWith("<!--", StringComparison.Ordinal))
        {
            return new(page, line, code, "", "", []);
        }

        Match comment = Comment().Match(before);
        return comment.Success
            ? new(page, line, code, comment.Groups["kind"].Value, comment.Groups["of"].Value, [.. comment.Groups["id"].Captures.Select(static id => id.Value)])
            : throw new InvalidDataException($"{page}:{line - 2}: '{before}' is none of the comments that docs/contributing.md lists.");
    }

    [GeneratedRegex(@"^<!-- (?:(?<kind>declarations|statements|attributes)|(?<kind>members) of: (?<of>\w+))(?:, shows:(?: (?<id>\w+))+)? -->$", RegexOptions.ExplicitCapture)]
    private static partial Regex Comment();
}
