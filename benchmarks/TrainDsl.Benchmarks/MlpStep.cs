using BenchmarkDotNet.Attributes;
using TrainDsl.Benchmarks.Loops;
using TrainDsl.Benchmarks.Models;
using static TorchSharp.torch;

namespace TrainDsl.Benchmarks;

/// <summary>One optimizer step of AdamW on <see cref="Mlp"/>, batch 32, in four loops.</summary>
[MemoryDiagnoser]
public class MlpStep
{
    private static readonly TrainingOptions Quiet = new() { Monitors = [] };

    private (Tensor Input, Tensor Label)[] _batches = [];
    private FlatImages _dataset = null!;

    [GlobalSetup]
    public void Setup()
    {
        _batches = Batches.Of(10, MlpTraining.BatchSize, 784);
        _dataset = new FlatImages();
    }

    [Benchmark(Baseline = true, OperationsPerInvoke = MlpTraining.Steps)]
    public void Idiomatic()
    {
        using Mlp model = Seeded.Model<Mlp>();
        IdiomaticLoop.Run(model, _batches, MlpTraining.Steps);
    }

    [Benchmark(OperationsPerInvoke = MlpTraining.Steps)]
    public long Generated()
    {
        using var training = new MlpTraining(_dataset);
        return training.Run(Quiet).Steps;
    }

    [Benchmark(OperationsPerInvoke = MlpTraining.Steps)]
    public void HandWritten()
    {
        using Mlp model = Seeded.Model<Mlp>();
        HandWrittenLoop.Run(model, _batches, MlpTraining.Steps);
    }

    [Benchmark(OperationsPerInvoke = MlpTraining.Steps)]
    public void Floor()
    {
        using Mlp model = Seeded.Model<Mlp>();
        FloorLoop.Run(model, RawForward.Of(model), _batches, MlpTraining.Steps);
    }
}
