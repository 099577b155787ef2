using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text.RegularExpressions;
using Xunit;

namespace TrainDsl.Generator.Tests.Documentation;

/// <summary>What the pages of the documentation point at is there.</summary>
public sealed partial class PagesTests
{
    public static TheoryData<string> Pages => [.. MarkdownExample.Pages];

    [Fact]
    public void TheReadmeLinksEveryPage()
    {
        string readme = Text("README.md");
        Assert.All(MarkdownExample.Pages.Where(static page => page != "README.md"), page => Assert.Contains($"({page})", readme, StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Pages))]
    public void EveryLinkLeadsToAFile(string page)
    {
        string folder = Path.GetDirectoryName(Path.Combine(Repository.Root, page))!;
        string[] targets = [.. Link().Matches(Text(page)).Select(static link => link.Groups["target"].Value)
            .Where(static target => !target.Contains("://", StringComparison.Ordinal))];
        Assert.All(targets, target => Assert.True(Path.Exists(Path.Combine(folder, target)), $"{page} links {target}, which is not there."));
    }

    [Theory]
    [MemberData(nameof(Pages))]
    public void EveryTestThatAPageNamesExists(string page)
    {
        HashSet<string> files = [.. Directory.EnumerateFiles(Path.Combine(Repository.Root, "tests"), "*Tests.cs", SearchOption.AllDirectories)
            .Select(static path => Path.GetFileNameWithoutExtension(path)!)];
        MatchCollection tests = TestName().Matches(Text(page));
        Assert.All(tests, test => Assert.True(files.Contains(test.Groups["class"].Value), $"{page} names {test.Value}, and there is no {test.Groups["class"].Value}.cs."));
        Assert.All(tests.Where(static test => test.Groups["method"].Success), test => Assert.True(
            Sources(test.Groups["class"].Value).Contains($" {test.Groups["method"].Value}(", StringComparison.Ordinal), $"{page} names {test.Value}, which is no method of it."));
    }

    [Fact]
    public void TheReferenceListsEveryVariableOfTheEnvironment()
    {
        string[] variables = [.. Directory.EnumerateFiles(Path.Combine(Repository.Root, "src"), "*.cs", SearchOption.AllDirectories)
            .SelectMany(static path => Variable().Matches(File.ReadAllText(path))).Select(static variable => variable.Groups["name"].Value).Distinct()];
        Assert.NotEmpty(variables);
        string reference = Text("docs/reference.md");
        Assert.All(variables, variable => Assert.Contains($"`{variable}`", reference, StringComparison.Ordinal));
    }

    private static string Text(string page) => File.ReadAllText(Path.Combine(Repository.Root, page));

    private static string Sources(string type)
        => string.Concat(Directory.EnumerateFiles(Path.Combine(Repository.Root, "tests"), type + ".cs", SearchOption.AllDirectories).Select(File.ReadAllText));

    [GeneratedRegex(@"\]\((?<target>[^)#\s]+)(#[^)]*)?\)", RegexOptions.ExplicitCapture)]
    private static partial Regex Link();

    [GeneratedRegex(@"`(?<class>[A-Z]\w*Tests)(\.(?<method>\w+))?`", RegexOptions.ExplicitCapture)]
    private static partial Regex TestName();

    [GeneratedRegex("\"(?<name>TRAINDSL_[A-Z_]+)\"")]
    private static partial Regex Variable();
}
