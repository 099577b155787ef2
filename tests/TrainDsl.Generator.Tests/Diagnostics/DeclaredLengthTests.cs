using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Text;
using TrainDsl.Generator.Tests.Support;
using Xunit;

namespace TrainDsl.Generator.Tests.Diagnostics;

/// <summary>Which lengths of datasets the analyzers read: a global batch of 64 is above 50.</summary>
public sealed class DeclaredLengthTests
{
    [Theory]
    [InlineData("public long Count => 50;")]
    [InlineData("public long Count => 5 * Ten;\n    private const int Ten = 10;")]
    [InlineData("public long Count { get => 50; }")]
    [InlineData("long IDataset.Count => 50;")]
    [InlineData("public int Count => 3;\n    long IDataset.Count => 50;")]
    [InlineData("public int Count => 1000;\n    long IDataset.Count => 50;")]
    [InlineData("public long Count\n    {\n        get\n        {\n            return 50;\n        }\n    }")]
    public void AConstantIsKnown(string count) => Assert.Equal(["TDSL0107"], Ids(count));

    [Theory]
    [InlineData("public long Count => Ten.Length;\n    private static readonly int[] Ten = new int[10];")]
    [InlineData("public long Count { get; } = 50;")]
    [InlineData("public long Count { get; set; } = 50;")]
    [InlineData("public int Count => 3;\n    long IDataset.Count => 1000;")]
    [InlineData("public long Count\n    {\n        get\n        {\n            System.GC.Collect();\n            return 50;\n        }\n    }")]
    public void OthersAreNot(string count) => Assert.Empty(Ids(count));

    [Fact]
    public void AnOverridableLengthIsNotKnown()
    {
        string source = Definitions.With(Definitions.All, "public sealed partial class Digits", "public partial class Digits");
        Assert.Empty(Ids("public virtual long Count => 50;", source));
    }

    /// <summary>A global batch of 128 would fit the plan, and is above 100 samples.</summary>
    [Theory]
    [InlineData("100", "Micro-batch 16 would fit.")]
    [InlineData("128", "Micro-batch 16 or global batch 128 would fit.")]
    [InlineData("System.Environment.TickCount64", "Micro-batch 16 or global batch 128 would fit.")]
    public void WhatAMessageSuggestsFitsTheDataset(string count, string suggestion)
        => Assert.EndsWith("= 128. " + suggestion, Message(GeneratorRun.Of(OnFourDevices(count))), System.StringComparison.Ordinal);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void AMessageFollowsTheLength(bool inAnotherFile)
    {
        string[] files = inAnotherFile ? [Without, Definitions.Usings + "namespace Sample;\n\n" + Definitions.Dataset] : [OnFourDevices("100")];
        CSharpCompilation compilation = GeneratorRun.Compile(files);
        GeneratorRun run = GeneratorRun.Of(compilation);
        Assert.EndsWith("= 128. Micro-batch 16 would fit.", Message(run), System.StringComparison.Ordinal);
        SyntaxTree file = compilation.SyntaxTrees[^1];
        SourceText text = file.GetText();
        SourceText edited = text.WithChanges(new TextChange(new TextSpan(text.ToString().IndexOf("Count => 100", System.StringComparison.Ordinal), 12), "Count => 128"));
        run = run.Then(compilation.ReplaceSyntaxTree(file, file.WithChangedText(edited)));
        Assert.EndsWith("= 128. Micro-batch 16 or global batch 128 would fit.", Message(run), System.StringComparison.Ordinal);
    }

    private static string Without => OnFourDevices("100").Replace(Definitions.Dataset, "", System.StringComparison.Ordinal);

    private static string OnFourDevices(string count)
        => Definitions.With(Definitions.With(Definitions.All, "[MicroBatch(64)]", "[MicroBatch(32)]\n[Devices(4)]"), "Count => 100", "Count => " + count);

    private static string Message(GeneratorRun run)
        => Assert.Single(run.Reported, static found => found.Id == "TDSL0104").GetMessage(System.Globalization.CultureInfo.InvariantCulture);

    private static string[] Ids(string count, string source = Definitions.All)
        => [.. GeneratorRun.Of(Definitions.With(source, "public long Count => 100;", count)).BuildDiagnostics().Select(static found => found.Id)];
}
