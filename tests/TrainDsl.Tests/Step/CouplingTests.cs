using System;
using TrainDsl.Batching;
using Xunit;
using static TorchSharp.torch;

namespace TrainDsl.Tests.Step;

/// <summary>A loss that couples the samples of its batch gets the whole of it.</summary>
public sealed class CouplingTests
{
    public static TheoryData<TrainingOptions> Splits =>
    [
        new TrainingOptions { Monitors = [], MicroBatch = 4 },
        new TrainingOptions { Monitors = [], Devices = 2, Device = TorchSharp.DeviceType.CPU },
        new TrainingOptions { Monitors = [], AutoMicroBatch = true },
    ];

    [Theory]
    [MemberData(nameof(Splits))]
    public void OtherPlansAreRefused(TrainingOptions options)
    {
        using var training = new CoupledTraining(new SameSamples(20));
        var refused = Assert.Throws<BatchPlanException>(() => training.Run(options));
        Assert.Contains("couples the samples", refused.Message, StringComparison.Ordinal);
        Assert.Throws<BatchPlanException>(() => training.MeasureMemory(options));
    }

    [Fact]
    public void TrainingAndEvaluationGetTheDeclaredBatch()
    {
        using var training = new CoupledTraining(new SameSamples(16));
        Assert.True(training.Run(new TrainingOptions { Monitors = [], AutoMicroBatch = false }).Completed);
        Assert.Equal(8.0, training.Evaluate(new SameSamples(16))["samples"]);
    }
}

[Training]
[Model<Factor>]
[Dataset<SameSamples>]
[GlobalBatch(8)]
[MicroBatch(8)]
[Epochs(1)]
[Sgd(LearningRate = 0.01)]
public sealed partial class CoupledTraining
{
    [Loss(CouplesSamples = true)]
    private static Tensor Loss(Factor model, in SameSamples.Batch batch)
    {
        Tensor rows = model.call(batch.X);
        return nn.functional.cross_entropy(rows.matmul(rows.t()), arange(batch.Count));
    }

    [Metric("samples")]
    private static Tensor Samples(Factor model, in SameSamples.Batch batch) => tensor((float)batch.Count);
}
