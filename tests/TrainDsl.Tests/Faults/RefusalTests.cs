using System;
using System.Collections.Generic;
using TrainDsl.Monitoring;
using Xunit;

namespace TrainDsl.Tests.Faults;

/// <summary>What would train something else than was declared is refused in words before an update, or told.</summary>
public sealed class RefusalTests
{
    [Theory]
    [InlineData("instance", 1, true)]
    [InlineData("instance", 2, false)]
    [InlineData("group", 1, true)]
    [InlineData("group", 2, false)]
    [InlineData("batch", 1, false)]
    public void ANormOfOneValueIsRefused(string kind, long length, bool isRefused)
    {
        using var model = new NormedOnce(kind, length);
        using var training = new NormedOnceTraining(new MaskedSamples(8, 0), model);
        var options = new TrainingOptions { Monitors = [] };
        if (!isRefused)
        {
            Assert.True(training.Run(options).Completed);
            return;
        }

        string message = Assert.Throws<InvalidOperationException>(() => training.Run(options)).Message;
        Assert.Contains("Norm", message, StringComparison.Ordinal);
        Assert.Contains("one value", message, StringComparison.Ordinal);
    }

    /// <summary>A norm without a layer is seen by what it leaves: 5 samples, the last alone.</summary>
    [Theory]
    [InlineData(8, 0)]
    [InlineData(5, 1)]
    public void ABufferThatBecomesNaNIsTold(long samples, int notices)
    {
        using var model = new NormedOnce("functional", 1);
        using var training = new NormedOnceTraining(new MaskedSamples(samples, 0), model);
        var monitor = new NoticeList();
        training.Run(new TrainingOptions { Monitors = [monitor] });

        Assert.Equal(notices, monitor.Texts.FindAll(static text => text.Contains("_variance", StringComparison.Ordinal) || text.Contains("_mean", StringComparison.Ordinal)).Count);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void AConstantLossNamesStepAndSamples(int devices)
    {
        using var training = new SometimesConstantTraining(new MaskedSamples(8, 1));
        var refused = Assert.Throws<MicroBatchException>(
            () => training.Run(new TrainingOptions { Monitors = [], Devices = devices, Device = TorchSharp.DeviceType.CPU }));

        Assert.Equal(1, refused.Step);
        Assert.Equal([0L], refused.SampleIndices);
        Assert.Contains("requires no gradient", refused.Message, StringComparison.Ordinal);
        Assert.Contains("WeightedSum of weight 0", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AnEvaluationThatNothingIsWeighedInIsZero()
    {
        using var training = new MaskedTraining(new MaskedSamples(8, 0));
        EvaluationResult result = training.Evaluate(new MaskedSamples(3, 3));

        Assert.Equal(0.0, result.Loss);
        Assert.Equal(0.0, result["output"]);
    }

    private sealed class NoticeList : ITrainingMonitor
    {
        internal List<string> Texts { get; } = [];

        public void OnStep(in StepReport step)
        {
        }

        public void OnNotice(Notice notice) => Texts.Add(notice.Text);
    }
}
