using BenchmarkDotNet.Attributes;
using TrainDsl.Benchmarks.Loops;
using TrainDsl.Benchmarks.Models;
using static TorchSharp.torch;

namespace TrainDsl.Benchmarks;

/// <summary>One optimizer step of AdamW on <see cref="SmallCnn"/>, batch 32, in four loops.</summary>
[MemoryDiagnoser]
public class SmallCnnStep
{
    private static readonly TrainingOptions Quiet = new() { Monitors = [] };

    private (Tensor Input, Tensor Label)[] _batches = [];
    private SquareImages _dataset = null!;

    [GlobalSetup]
    public void Setup()
    {
        _batches = Batches.Of(10, SmallCnnTraining.BatchSize, 1, 28, 28);
        _dataset = new SquareImages();
    }

    [Benchmark(Baseline = true, OperationsPerInvoke = SmallCnnTraining.Steps)]
    public void Idiomatic()
    {
        using SmallCnn model = Seeded.Model<SmallCnn>();
        IdiomaticLoop.Run(model, _batches, SmallCnnTraining.Steps);
    }

    [Benchmark(OperationsPerInvoke = SmallCnnTraining.Steps)]
    public long Generated()
    {
        using var training = new SmallCnnTraining(_dataset);
        return training.Run(Quiet).Steps;
    }

    [Benchmark(OperationsPerInvoke = SmallCnnTraining.Steps)]
    public void HandWritten()
    {
        using SmallCnn model = Seeded.Model<SmallCnn>();
        HandWrittenLoop.Run(model, _batches, SmallCnnTraining.Steps);
    }

    [Benchmark(OperationsPerInvoke = SmallCnnTraining.Steps)]
    public void Floor()
    {
        using SmallCnn model = Seeded.Model<SmallCnn>();
        FloorLoop.Run(model, RawForward.Of(model), _batches, SmallCnnTraining.Steps);
    }
}
