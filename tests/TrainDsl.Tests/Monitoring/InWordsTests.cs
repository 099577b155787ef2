using System;
using TrainDsl.Batching;
using TrainDsl.Monitoring;
using Xunit;

namespace TrainDsl.Tests.Monitoring;

public sealed class InWordsTests
{
    [Theory]
    [InlineData(0.0, "0.0000")]
    [InlineData(0.69314718, "0.6931")]
    [InlineData(12.34567, "12.3457")]
    [InlineData(0.0123456, "0.01235")]
    [InlineData(0.00123456, "0.001235")]
    [InlineData(3.21e-7, "3.210e-07")]
    [InlineData(-3.21e-7, "-3.210e-07")]
    [InlineData(1.5e9, "1.500e+09")]
    [InlineData(double.NaN, "NaN")]
    [InlineData(double.NegativeInfinity, "-Infinity")]
    public void ASmallValueKeepsItsDigits(double value, string expected) => Assert.Equal(expected, InWords.Value(value));

    [Theory]
    [InlineData(1, 1, "1 epoch")]
    [InlineData(40, 2, "20 epochs")]
    [InlineData(30, 64, "0.47 epochs")]
    [InlineData(96, 64, "1.5 epochs")]
    public void StepsAreEpochsAndPartsOfOne(long steps, long stepsPerEpoch, string expected) => Assert.Equal(expected, InWords.Epochs(steps, stepsPerEpoch));

    [Theory]
    [InlineData("/runs/new one", "\"/runs/new one\"")]
    [InlineData("C:\\runs\\new", "\"C:\\\\runs\\\\new\"")]
    [InlineData("a \"b\"\n", "\"a \\\"b\\\"\\u000a\"")]
    public void APathToPasteIsEscaped(string path, string expected) => Assert.Equal(expected, InWords.Literal(path));

    /// <summary>A run that is interrupted before its first step ends has no loss to tell of.</summary>
    [Fact]
    public void ARunWithoutAStepHasNoFinalLoss()
        => Assert.Equal(
            "stopped: 0 steps in 2.0 s, 0 samples/s",
            new TrainingResult(new BatchPlan(32, 1, 1, 2), 0, 0, false, double.NaN, [], TimeSpan.FromSeconds(2)).ToString());

    [Fact]
    public void ReportsReadAsSentences()
    {
        var validation = new EvaluationResult(360, 0.25, [new("accuracy", 0.9722)]);
        var epoch = new EpochReport(2, 46, 3.21e-7, validation, TimeSpan.FromSeconds(65));
        var plan = new BatchPlan(32, 1, 1, 2);
        Assert.Equal("loss 0.2500, accuracy 0.9722 over 360 samples", validation.ToString());
        Assert.Equal("epoch 2: loss 3.210e-07, validation loss 0.2500, accuracy 0.9722 over 360 samples, 46 steps so far, 1 min 05 s", epoch.ToString());
        Assert.Equal(
            "done: 46 steps in 1 min 05 s, 22 samples/s, final loss 0.5000, validation loss 0.2500, accuracy 0.9722 over 360 samples",
            new TrainingResult(plan, 46, 1437, true, 0.5, [epoch], TimeSpan.FromSeconds(65)).ToString());
        Assert.Equal(
            "Moons: 1 parameter on cpu, 1,437 samples, global 64 = micro 32 x devices 1 x nodes 1 x accumulation 2, 1 step in 0.04 epochs",
            new RunInfo("Moons", plan, "cpu", 1, 1437, 23, 1, 0).ToString());
    }
}
