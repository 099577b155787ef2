using System;
using System.Linq;
using TorchSharp;
using TrainDsl.Data;
using Xunit;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace TrainDsl.Tests.Data;

/// <summary>A dataset whose Read draws from libtorch's generator leaves training's draws alone, and draws the same itself in every run.</summary>
[Collection(AloneCollection.Name)]
public sealed class RandomDrawTests
{
    private static TrainingOptions Quiet => new() { Monitors = [], Device = DeviceType.CPU };

    [Fact]
    public void DropoutAndDrawsInReadGiveOneResult()
    {
        float[] TrainOnce()
        {
            using var training = new DrawingTraining(new DrawingSamples(16));
            training.Run(Quiet);
            return training.Model.parameters().First().data<float>().ToArray();
        }

        float[] first = TrainOnce();
        for (int run = 0; run < 3; run++)
        {
            Assert.Equal(first, TrainOnce());
        }
    }

    [Fact]
    public void DrawsInReadDoNotDependOnThePlanNorOnDropout()
    {
        var first = new DrawingSamples(16);
        using (var training = new DrawingTraining(first))
        {
            training.Run(Quiet);
        }

        var other = new DrawingSamples(16);
        using (var training = new DrawingTraining(other))
        {
            training.Run(Quiet with { MicroBatch = 2 });
        }

        // The first micro-batch is read several times, until it is known that it draws.
        Assert.Equal(first.Drawn.Skip(4 * SampleReader.Attempts), other.Drawn.Skip(2 * SampleReader.Attempts));
    }

    [Fact]
    public void SeveralReplicasAreRefusedWithTheCure()
    {
        using var training = new DrawingTraining(new DrawingSamples(16));
        Exception failure = Assert.ThrowsAny<Exception>(() => training.Run(Quiet with { Devices = 2 }));

        Assert.Contains("row.Random", failure.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void EvaluationIsRepeatableAndLeavesTheGeneratorAlone()
    {
        var samples = new DrawingSamples(16);
        using var training = new DrawingTraining(samples);
        byte[] before = State();
        EvaluationResult first = training.Evaluate(samples);
        Assert.Equal(first.Loss, training.Evaluate(samples).Loss);
        Assert.Equal(before, State());
    }

    private static byte[] State()
    {
        using Tensor state = get_rng_state();
        return state.data<byte>().ToArray();
    }
}

[Column<float>("X", 8)]
public sealed partial class DrawingSamples(long count) : IDataset
{
    /// <summary>What was drawn, in the order of the samples read.</summary>
    public System.Collections.Generic.List<float> Drawn { get; } = [];

    public long Count => count;

    public partial void Read(long index, in Row row)
    {
        using Tensor drawn = rand(1);
        Drawn.Add(drawn.item<float>());
        row.X.Fill(1.0f + (0.1f * drawn.item<float>()));
    }
}

public sealed class DroppingModel : Module<Tensor, Tensor>
{
    private readonly TorchSharp.Modules.Linear _layer = Linear(8, 1);
    private readonly TorchSharp.Modules.Dropout _dropout = Dropout(0.5);

    public DroppingModel()
        : base(nameof(DroppingModel)) =>
        RegisterComponents();

    public override Tensor forward(Tensor input) => _layer.call(_dropout.call(input));
}

[Training]
[Model<DroppingModel>]
[Dataset<DrawingSamples>]
[GlobalBatch(4)]
[MicroBatch(4)]
[Epochs(20)]
[Sgd]
public sealed partial class DrawingTraining
{
    [Loss]
    private static Tensor Loss(DroppingModel model, in DrawingSamples.Batch batch) => model.call(batch.X).pow(2).mean();
}
