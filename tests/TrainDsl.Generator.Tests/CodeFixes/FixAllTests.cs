using System;
using System.Linq;
using System.Threading.Tasks;
using TrainDsl.Generator.Tests.Support;
using Xunit;

namespace TrainDsl.Generator.Tests.CodeFixes;

/// <summary>One remedy carried out at every place of a file.</summary>
public sealed class FixAllTests
{
    private const string Header = Definitions.Usings + "namespace Sample;\n\n" + Definitions.Net + Definitions.Dataset;

    public static TheoryData<string, string, string, string> Remedies => new()
    {
        { "TDSL0201", "Make it partial", "sealed partial class", "sealed class" },
        { "TDSL0204", "Remove 'abstract'", "sealed partial class", "abstract partial class" },
        { "TDSL0232", "Make it static", "private static Tensor", "private Tensor" },
        { "TDSL0233", "Pass the batch by 'in'", "in Digits.Batch", "Digits.Batch" },
        { "TDSL0401", "Add [AdamW]", "[AdamW]\n", "" },
        { "TDSL0402", "Remove [Sgd]", "[AdamW]", "[AdamW, Sgd]" },
        { "TDSL0403", "Remove LearningRate: its default holds", "[AdamW]", "[AdamW(LearningRate = 0, Beta1 = 0.5)]" },
        { "TDSL0404", "Remove Beta1: its default holds", "[AdamW]", "[AdamW(Beta1 = 2, Beta2 = 3)]" },
        { "TDSL0411", "Remove [ClipGradNorm(0)]", "[AdamW]", "[AdamW]\n[ClipGradNorm(0)]" },
        { "TDSL0501", "Add [Epochs(10)]", "[Epochs(2)]\n", "" },
        { "TDSL0502", "Use 1", "[Epochs(2)]", "[Epochs(0)]" },
        { "TDSL0510", "Add [Training]", "[Training]\n", "" },
        { "TDSL0901", "Remove .cpu(): the values stay on the device", "batch.Label)", "batch.Label.cpu())" },
    };

    [Theory]
    [MemberData(nameof(Remedies))]
    public async Task EveryOccurrenceIsFixed(string id, string title, string sound, string wrong)
    {
        string definition = Definitions.With(Definitions.Training, sound, wrong);
        string source = Header + string.Concat(new[] { "First", "Second", "Third" }
            .Select(name => definition.Replace("DigitTraining", name + "Training", StringComparison.Ordinal)));
        Assert.True(GeneratorRun.Of(source).BuildDiagnostics().Count(diagnostic => diagnostic.Id == id) >= 3);

        string text = await FixRun.FixAll(source, id, title);

        Assert.DoesNotContain(
            GeneratorRun.Of(text).BuildDiagnostics(),
            diagnostic => diagnostic.Id == id || diagnostic.Id.StartsWith("CS", StringComparison.Ordinal));
    }

    [Fact]
    public async Task WhatSeveralMistakesAskForIsAddedOnce()
    {
        string source = Header + Definitions.With(Definitions.Training, "[Training]\n", "");
        string text = await FixRun.FixAll(source, "TDSL0510", "Add [Training]");
        Assert.Equal(2, text.Split("[Training]").Length);
    }

    [Fact]
    public async Task ArgumentsSideBySideGoTogether()
    {
        string source = Header + Definitions.With(Definitions.Training, "[AdamW]", "[AdamW(Beta1 = 2, Epsilon = 1e-6, Beta2 = 3)]");
        Assert.Contains("[AdamW(Epsilon = 1e-6)]", await FixRun.FixAll(source, "TDSL0404", "Remove Beta1: its default holds"), StringComparison.Ordinal);
    }

    // A plan, a name or a model is chosen for each place.
    [Theory]
    [InlineData("TDSL0103")]
    [InlineData("TDSL0106")]
    [InlineData("TDSL0107")]
    [InlineData("TDSL0208")]
    [InlineData("TDSL0210")]
    [InlineData("TDSL0241")]
    [InlineData("TDSL0311")]
    public void ChoicesAreNotMadeForAllAtOnce(string id)
        => Assert.All(
            FixRun.Providers.Where(provider => provider.FixableDiagnosticIds.Contains(id)),
            provider => Assert.DoesNotContain(id, provider.GetFixAllProvider()?.GetSupportedFixAllDiagnosticIds(provider) ?? []));
}
