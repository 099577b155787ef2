using System.Linq;
using TrainDsl.Generator.Tests.Support;
using Xunit;

namespace TrainDsl.Generator.Tests.Diagnostics;

/// <summary>What is compared with the length of a run: with 100 samples, global batches of 64 and 2 epochs it has 4 steps.</summary>
public sealed class RunLengthTests
{
    [Theory]
    [InlineData("[Constant(WarmupSteps = 4)]",
        "Warm-up of 4 steps does not end before the run, which is 4 steps long. Use fewer than 4, or train for more.")]
    [InlineData("[LinearDecay(DecaySteps = 5)]",
        "Decay ends at step 5, but the run has no more than 4 steps, so that the learning rate does not come to its final factor. "
            + "Use at most 4, or remove DecaySteps to decay until the end of the run.")]
    [InlineData("[LinearDecay(DecaySteps = 3)]",
        "Decay ends at step 3 with a learning rate of 0, so that the last 1 of 4 steps learn nothing. "
            + "Remove DecaySteps to decay until the end of the run, or set FinalFactor.")]
    [InlineData("[StepDecay(4)]",
        "[StepDecay] does not lower the learning rate: its first fall is after 4 steps, and the run has no more than 4. Change it, or use [Constant].")]
    [InlineData("[StepDecay(9223372036854775807, WarmupSteps = 3)]",
        "[StepDecay] does not lower the learning rate: its first fall is after 9223372036854775810 steps, and the run has no more than 4. "
            + "Change it, or use [Constant].")]
    [InlineData("[MaxSteps(5)]", "[MaxSteps(5)] never ends the run: [Epochs(2)] does, after 4 steps. Remove [MaxSteps].")]
    [InlineData("[MaxSteps(3)]", "[Epochs(2)] never ends the run: [MaxSteps(3)] does, after 3 steps. Remove [Epochs].")]
    public void TheMessageGivesTheSteps(string attribute, string message)
        => Assert.Equal(message, Assert.Single(GeneratorRun.Of(With(attribute)).BuildDiagnostics()).GetMessage(null));

    [Theory]
    [InlineData("[Constant(WarmupSteps = 3)]")]
    [InlineData("[LinearDecay(WarmupSteps = 3, DecaySteps = 4)]")]
    [InlineData("[CosineDecay(DecaySteps = 3, FinalFactor = 0.1)]")]
    [InlineData("[CosineDecay(WarmupSteps = 3)]")]
    [InlineData("[StepDecay(3)]")]
    [InlineData("[StepDecay(2, WarmupSteps = 1)]")]
    public void WhatFitsIsNotReported(string schedule) => Assert.Empty(GeneratorRun.Of(With(schedule)).BuildDiagnostics());

    [Theory]
    [InlineData("[Constant(WarmupSteps = 2)]", "TDSL0422")]
    [InlineData("[LinearDecay(DecaySteps = 3)]", "TDSL0427")]
    [InlineData("[StepDecay(2)]", "TDSL0429")]
    public void WithoutThePartialBatchTheRunIsShorter(string schedule, string id)
    {
        string source = Definitions.With(With(schedule), "[Dataset<Digits>]", "[Dataset<Digits>(DropLast = true)]");
        Assert.Equal([id], GeneratorRun.Of(source).BuildDiagnostics().Select(static found => found.Id));
    }

    [Theory]
    [InlineData("[MaxSteps(3)]\n[LinearDecay(DecaySteps = 4)]", "TDSL0427")]
    [InlineData("[MaxSteps(3)]\n[LinearDecay(DecaySteps = 3)]", null)]
    [InlineData("[MaxSteps(3)]\n[LinearDecay(DecaySteps = 2)]", null)]
    [InlineData("[MaxSteps(3)]\n[Constant(WarmupSteps = 3)]", "TDSL0422")]
    public void OfAnUnknownLengthTheStepsAreABound(string attributes, string? id)
    {
        string source = Definitions.With(With(attributes), "public long Count => 100;", "public long Count => System.Environment.ProcessId;");
        Assert.Equal(id is null ? [] : [id], GeneratorRun.Of(source).BuildDiagnostics().Select(static found => found.Id));
    }

    [Fact]
    public void StepsAloneAreTheLength()
    {
        string source = Definitions.With(With("[LinearDecay(DecaySteps = 3)]"), "[Epochs(2)]", "[MaxSteps(4)]");
        Assert.Equal(["TDSL0428"], GeneratorRun.Of(source).BuildDiagnostics().Select(static found => found.Id));
    }

    [Theory]
    [InlineData("[Epochs(2147483647)]", "public long Count => 9223372036854775807;")]
    [InlineData("[Epochs(0)]", "public long Count => 0;")]
    public void LengthsAtTheirLimitsAreNoFault(string epochs, string count)
    {
        string source = Definitions.With(With("[StepDecay(9223372036854775807)]\n[MaxSteps(9223372036854775807)]"), "[Epochs(2)]", epochs);
        Assert.DoesNotContain(
            GeneratorRun.Of(Definitions.With(source, "public long Count => 100;", count)).BuildDiagnostics(),
            static found => found.Id is not ("TDSL0305" or "TDSL0429" or "TDSL0502"));
    }

    private static string With(string attributes) => Definitions.With(Definitions.All, "[AdamW]", "[AdamW]\n" + attributes);
}
