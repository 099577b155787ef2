using System;
using System.IO;
using System.Linq;
using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using TrainDsl.Generator.Diagnostics;
using TrainDsl.Generator.Tests.Support;
using Xunit;

namespace TrainDsl.Generator.Tests.Documentation;

/// <summary>The pages in docs/diagnostics: there is one for each diagnostic, and its example shows that diagnostic and no other.</summary>
public sealed partial class DiagnosticPageTests
{
    private static readonly string s_folder = Path.Combine(Repository.Root, "docs", "diagnostics");

    public static TheoryData<string> Ids => [.. DiagnosticDescriptors.All.Select(static descriptor => descriptor.Id)];

    [Theory]
    [MemberData(nameof(Ids))]
    public void TheExampleShowsTheDiagnosticAlone(string id)
    {
        string page = File.ReadAllText(Path.Combine(s_folder, id + ".md")).ReplaceLineEndings("\n");
        string example = Example().Match(page).Groups["code"].Value;
        Assert.NotEmpty(example);
        GeneratorRun run = GeneratorRun.Of(File.ReadAllText(Path.Combine(s_folder, "Skeleton.cs")), example);
        Assert.Equal(id, Assert.Single(run.BuildDiagnostics()).Id);
    }

    [Theory]
    [MemberData(nameof(Ids))]
    public void ThePageIsHeadedByTheTitleAndTheSeverity(string id)
    {
        DiagnosticDescriptor descriptor = DiagnosticDescriptors.Get(id);
        string[] lines = File.ReadAllLines(Path.Combine(s_folder, id + ".md"));
        Assert.Equal($"# {id}: {descriptor.Title}", lines[0]);
        Assert.StartsWith($"{descriptor.DefaultSeverity}. ", lines[2], StringComparison.Ordinal);
    }

    [Fact]
    public void EveryPageIsOfADiagnosticAndListed()
    {
        string index = File.ReadAllText(Path.Combine(s_folder, "README.md"));
        string[] pages = [.. Directory.GetFiles(s_folder, "TDSL*.md").Select(static path => Path.GetFileNameWithoutExtension(path)!).Order()];
        Assert.Equal(DiagnosticDescriptors.All.Select(static descriptor => descriptor.Id).Order(), pages);
        Assert.All(pages, page => Assert.Contains($"[{page}]({page}.md)", index, StringComparison.Ordinal));
    }

    [GeneratedRegex(@"## Example\n\n```csharp\n(?<code>.*?)\n```\n", RegexOptions.Singleline)]
    private static partial Regex Example();
}
