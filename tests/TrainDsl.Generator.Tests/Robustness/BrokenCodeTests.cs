using System;
using System.Collections.Generic;
using System.Linq;
using Microsoft.CodeAnalysis;
using TrainDsl.Generator.Tests.Support;
using Xunit;

namespace TrainDsl.Generator.Tests.Robustness;

public sealed class BrokenCodeTests
{
    [Fact]
    public void CodeThatIsStillBeingTypedNeverMakesTheGeneratorThrow()
    {
        string source = Definitions.All;
        GeneratorRun run = GeneratorRun.Of(source);

        // One driver goes through all states, as an editor's does.
        for (int length = 0; length < source.Length; length += 7)
        {
            run = run.Then(GeneratorRun.Compile(source[..length]));
            AssertDidNotThrow(run, source[..length]);
        }
    }

    [Fact]
    public void AMissingTokenNeverMakesTheGeneratorThrow()
    {
        string source = Definitions.Usings + Definitions.Dataset + Definitions.Training;
        SyntaxToken[] tokens = [.. GeneratorRun.Compile(source).SyntaxTrees.Single().GetRoot().DescendantTokens()];
        foreach (SyntaxToken token in tokens)
        {
            string broken = source.Remove(token.SpanStart, token.Span.Length);
            AssertDidNotThrow(GeneratorRun.Of(broken), broken);
        }
    }

    [Theory]
    [InlineData("[GlobalBatch(64)]", "[GlobalBatch]")]
    [InlineData("[GlobalBatch(64)]", "[GlobalBatch(\"64\")]")]
    [InlineData("[GlobalBatch(64)]", "[GlobalBatch(Unknown)]")]
    [InlineData("[GlobalBatch(64)]", "[GlobalBatch(99999999999999999999)]")]
    [InlineData("[AdamW]", "[AdamW(LearningRate = )]")]
    [InlineData("[AdamW]", "[AdamW(LearningRate = Unknown)]")]
    [InlineData("[AdamW]", "[AdamW(Unknown = 1)]")]
    [InlineData("[Model<Net>]", "[Model<Unknown>]")]
    [InlineData("[Dataset<Digits>]", "[Dataset<Unknown>]")]
    [InlineData("[Epochs(2)]", "[Epochs(2.5)]")]
    [InlineData("\"Pixels\", 1, 8, 8", "\"Pixels\", 1, 8, \"8\"")]
    public void WhatTheCompilerReportsIsNotReportedAgain(string old, string replacement)
    {
        GeneratorRun run = GeneratorRun.Of(Definitions.With(Definitions.All, old, replacement));
        AssertDidNotThrow(run, replacement);
        Assert.Empty(run.Reported);
        Assert.NotEmpty(run.BuildDiagnostics());
    }

    [Theory]
    [InlineData("[AdamW]", "[AdamW(LearningRate = Unknown)]")]
    [InlineData("[GlobalBatch(64)]", "[GlobalBatch(Unknown)]")]
    [InlineData("[Epochs(2)]", "[Epochs(2.5)]")]
    [InlineData("[Model<Net>]", "[Model]")]
    [InlineData("[Dataset<Digits>]", "[Dataset]")]
    [InlineData("    [Loss]", "    [Loss]\n    [Loss]")]
    [InlineData("    [Loss]", "    [Metric(\"a\")]\n    [Metric(\"b\")]\n    [Loss]")]
    [InlineData("\"Pixels\", 1, 8, 8", "\"Pixels\", 1e30")]
    [InlineData("Column<float>", "Column<float?>")]
    [InlineData("Column<float>", "Column<string>")]
    public void WhatTheCompilerReportsStandsAlone(string old, string replacement)
        => Assert.Single(GeneratorRun.Of(Definitions.With(Definitions.All, old, replacement)).BuildDiagnostics());

    [Fact]
    public void AttributesOnSeveralPartsAreOneDefinition()
    {
        string dataset = Definitions.With(Definitions.Dataset, "[Column<long>(\"Label\")]\n", "")
            + "[Column<long>(\"Label\")]\npartial class Digits;\n";
        GeneratorRun run = GeneratorRun.Of(Definitions.Usings + Definitions.Net + dataset + Definitions.Training);
        Assert.Empty(run.BuildDiagnostics());
        Assert.Equal(["Digits.g.cs", "DigitTraining.Fitted.g.cs", "DigitTraining.g.cs", "TrainDsl.NativeLibraries.g.cs"], run.Files.Keys.Order(StringComparer.OrdinalIgnoreCase));
    }

    [Fact]
    public void NamesThatDifferInCaseAloneGetFilesOfTheirOwn()
    {
        string second = Definitions.Dataset.Replace("class Digits", "class DIGITS", StringComparison.Ordinal);
        GeneratorRun run = GeneratorRun.Of(Definitions.Usings + Definitions.Dataset + second);
        Assert.Empty(run.BuildDiagnostics());
        Assert.Equal(2, run.Files.Keys.Count(static name => name.StartsWith("digits-dataset-", StringComparison.OrdinalIgnoreCase)));
    }

    [Fact]
    public void AClassThatIsBothGetsTheFilesOfBoth()
    {
        string both = Definitions.Usings + Definitions.Net + """
            [Training]
            [Model<Net>]
            [Dataset<Both>]
            [MicroBatch(1)]
            [Epochs(1)]
            [AdamW]
            [Column<float>("Pixels", 64)]
            public sealed partial class Both : IDataset
            {
                public long Count => 1;

                public partial void Read(long index, in Row row) => row.Pixels.Clear();

                [Loss]
                private static Tensor Loss(Net model, in Batch batch) => model.call(batch.Pixels).mean();
            }
            """;
        GeneratorRun run = GeneratorRun.Of(both);
        Assert.Empty(run.BuildDiagnostics());
        Assert.Equal(4, run.Files.Count);
    }

    [Theory]
    [InlineData("in Batch batch", "using static Sample.Digits;")]
    [InlineData("in Sample.Digits.Batch batch", "")]
    [InlineData("in global::Sample.Digits.Batch batch", "")]
    [InlineData("in Data.Batch batch", "using Data = Sample.Digits;")]
    public void ABatchMayBeNamedInAnyWay(string parameter, string directive)
        => Assert.Empty(GeneratorRun.Of(directive + "\n" + Definitions.With(Definitions.All, "in Digits.Batch batch", parameter)).BuildDiagnostics());

    [Theory]
    [InlineData("[Training]", "[TrainingAttribute]", "")]
    [InlineData("[Training]", "[TrainDsl.Training]", "")]
    [InlineData("[Training]", "[global::TrainDsl.TrainingAttribute]", "")]
    [InlineData("[Training]", "[T]", "using T = TrainDsl.TrainingAttribute;")]
    [InlineData("[Training]", "[Go]", "using GoAttribute = TrainDsl.TrainingAttribute;")]
    [InlineData("[Training]", "[T]", "global using T = TrainDsl.TrainingAttribute;")]
    [InlineData("[Column<float>(\"Pixels\", 1, 8, 8)]\n[Column<long>(\"Label\")]", "[F(\"Pixels\", 1, 8, 8), L(\"Label\")]",
        "using F = TrainDsl.ColumnAttribute<float>;\nusing L = TrainDsl.ColumnAttribute<long>;")]
    public void AnAttributeMayBeNamedInAnyWay(string old, string written, string directive)
        => Assert.Empty(GeneratorRun.Of(directive + "\n" + Definitions.With(Definitions.All, old, written)).BuildDiagnostics());

    [Fact]
    public void AGlobalAliasOfAnotherFileNamesAnAttribute()
        => Assert.Empty(GeneratorRun.Of("global using T = TrainDsl.TrainingAttribute;", Definitions.With(Definitions.All, "[Training]", "[T]"))
            .BuildDiagnostics());

    [Fact]
    public void AnAttributeOfTheSameNameElsewhereMakesNoDefinition()
    {
        string other = "namespace Other;\n\npublic sealed class TrainingAttribute : System.Attribute;\n\n[Training]\npublic partial class C;\n";
        GeneratorRun run = GeneratorRun.Of(other);
        Assert.Empty(run.Files);
        Assert.Empty(run.BuildDiagnostics());
    }

    [Fact]
    public void WithoutDefinitionsNothingIsGenerated()
        => Assert.Empty(GeneratorRun.Of(Definitions.Usings + Definitions.Net).Files);

    [Fact]
    public void KeywordsAsNamesAreEscaped()
    {
        string source = Definitions.All.Replace("DigitTraining", "@class", StringComparison.Ordinal)
            .Replace("namespace Sample;", "namespace Sample.@event;", StringComparison.Ordinal)
            .Replace("Tensor Loss(", "Tensor @params(", StringComparison.Ordinal);
        Assert.Empty(GeneratorRun.Of(source).BuildDiagnostics());
    }

    [Theory]
    [InlineData("Column<float[")]
    [InlineData("Column<int*>")]
    [InlineData("Column<System.Span<float>>")]
    [InlineData("Column<Unknown>")]
    [InlineData("Column<dynamic>")]
    [InlineData("Column")]
    public void AColumnOfAnImpossibleTypeLeavesTheGeneratedFilesSound(string column)
    {
        GeneratorRun run = GeneratorRun.Of(Definitions.With(Definitions.All, "Column<float>", column));
        AssertDidNotThrow(run, column);
        Assert.DoesNotContain(run.BuildDiagnostics(), static diagnostic => diagnostic.Location.SourceTree?.FilePath.EndsWith(".g.cs", StringComparison.Ordinal) == true);
    }

    private static void AssertDidNotThrow(GeneratorRun run, string source)
    {
        Assert.True(run.Result.Exception is null, $"{run.Result.Exception}\n{source}");
        IEnumerable<Diagnostic> inGenerated = run.Output.SyntaxTrees.Where(static tree => tree.FilePath.EndsWith(".g.cs", StringComparison.Ordinal))
            .SelectMany(static tree => tree.GetDiagnostics());
        Assert.True(!inGenerated.Any(), $"{string.Join("\n", inGenerated)}\n{source}\n{string.Join("\n", run.Files.Values)}");
    }
}
