using System.Collections.Generic;
using System.IO;
using System.Linq;
using TrainDsl.Generator.Diagnostics;
using Xunit;

namespace TrainDsl.Generator.Tests.Documentation;

/// <summary>The release files of the generator: each diagnostic has one entry in them, which says what the descriptor does.</summary>
public sealed class ReleaseTests
{
    private const int Columns = 4;

    [Fact]
    public void EveryDiagnosticHasOneEntryWithItsCategorySeverityAndTitle()
        => Assert.Equal(
            DiagnosticDescriptors.All
                .Select(static descriptor => $"{descriptor.Id} | {descriptor.Category} | {descriptor.DefaultSeverity} | "
                    + $"{descriptor.Title}, [documentation]({descriptor.HelpLinkUri})")
                .Order(),
            Entries("AnalyzerReleases.Shipped.md").Concat(Entries("AnalyzerReleases.Unshipped.md")).Order());

    [Fact]
    public void EntriesAreInTheOrderOfTheirIds()
        => Assert.Equal(Entries("AnalyzerReleases.Unshipped.md").Order(), Entries("AnalyzerReleases.Unshipped.md"));

    // A row of a table: what is neither its heading, nor the line below, nor a comment.
    private static IEnumerable<string> Entries(string file)
        => File.ReadLines(Path.Combine(Repository.Root, "generators", "TrainDsl.Generator", file))
            .Where(static line => line.Split('|').Length == Columns && !line.StartsWith("Rule ID", System.StringComparison.Ordinal)
                && !line.StartsWith('-'));
}
