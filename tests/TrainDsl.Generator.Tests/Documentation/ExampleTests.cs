using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using TrainDsl.Generator.Tests.Support;
using Xunit;

namespace TrainDsl.Generator.Tests.Documentation;

/// <summary>The C# on the pages of the documentation: it compiles, and shows no diagnostic but those that its page says it shows.</summary>
public sealed class ExampleTests
{
    // What examples use beside TrainDsl and TorchSharp.
    private static readonly MetadataReference[] s_references = [.. new[]
        {
            typeof(ILogger), typeof(IServiceCollection), typeof(ServiceProviderServiceExtensions), typeof(Spectre.Console.IAnsiConsole), typeof(IServiceProvider),
        }
        .Select(static type => type.Assembly.Location)
        .Distinct(StringComparer.Ordinal)
        .Select(static path => MetadataReference.CreateFromFile(path))];

    /// <summary>Each block by its page and line.</summary>
    public static TheoryData<string> Examples => [.. MarkdownExample.Pages.SelectMany(MarkdownExample.On).Select(static example => example.Place)];

    [Theory]
    [MemberData(nameof(Examples))]
    public void TheExampleCompiles(string place)
    {
        IReadOnlyList<MarkdownExample> examples = MarkdownExample.On(place[..place.IndexOf(':', StringComparison.Ordinal)]);
        MarkdownExample example = examples.Single(other => other.Place == place);
        CSharpCompilation compilation = GeneratorRun.Compile(ExampleSource.Of(example, examples)).AddReferences(s_references);
        Diagnostic[] found = [.. GeneratorRun.Of(compilation).BuildDiagnostics()];
        Assert.True(
            found.Select(static diagnostic => diagnostic.Id).SequenceEqual(example.Shows),
            $"{place} is to show [{string.Join(", ", example.Shows)}], and shows:\n{string.Join('\n', found.Select(static diagnostic => diagnostic.ToString()))}");
    }

    [Fact]
    public void ABlockIsReadWithTheCommentBeforeIt()
    {
        MarkdownExample[] examples = [.. MarkdownExample.Read(
            "page.md",
            ["text", "```csharp", "class A;", "```", "", "<!-- members of: B, shows: TDSL0103 CS0168 -->", "```csharp", "int x;", "", "```", "```sh", "ls", "```"])];
        Assert.Equal(2, examples.Length);
        Assert.Equal(("class A;", 3, "", ""), (examples[0].Code, examples[0].Line, examples[0].Kind, examples[0].Of));
        Assert.Empty(examples[0].Shows);
        Assert.Equal(("int x;\n", 8, "members", "B"), (examples[1].Code, examples[1].Line, examples[1].Kind, examples[1].Of));
        Assert.Equal(["TDSL0103", "CS0168"], examples[1].Shows);
    }

    [Theory]
    [InlineData("<!-- statement -->", "```csharp", "```")]
    [InlineData("<!-- members -->", "```csharp", "```")]
    [InlineData("", "```cs", "```")]
    [InlineData("", "```csharp", "x")]
    public void ABlockThatWouldNotBeCompiledIsRefused(params string[] lines)
        => Assert.Throws<InvalidDataException>(() => MarkdownExample.Read("page.md", lines));
}
