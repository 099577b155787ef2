using BenchmarkDotNet.Attributes;
using TrainDsl.Benchmarks.Loops;
using TrainDsl.Benchmarks.Models;
using static TorchSharp.torch;

namespace TrainDsl.Benchmarks;

/// <summary>One optimizer step of AdamW on <see cref="TinyMlp"/>, batch 32, in four loops.</summary>
[MemoryDiagnoser]
public class TinyMlpStep
{
    private static readonly TrainingOptions Quiet = new() { Monitors = [] };

    private (Tensor Input, Tensor Label)[] _batches = [];
    private Measurements _dataset = null!;

    [GlobalSetup]
    public void Setup()
    {
        _batches = Batches.Of(4, TinyMlpTraining.BatchSize, 16);
        _dataset = new Measurements();
    }

    [Benchmark(Baseline = true, OperationsPerInvoke = TinyMlpTraining.Steps)]
    public void Idiomatic()
    {
        using TinyMlp model = Seeded.Model<TinyMlp>();
        IdiomaticLoop.Run(model, _batches, TinyMlpTraining.Steps);
    }

    [Benchmark(OperationsPerInvoke = TinyMlpTraining.Steps)]
    public long Generated()
    {
        using var training = new TinyMlpTraining(_dataset);
        return training.Run(Quiet).Steps;
    }

    [Benchmark(OperationsPerInvoke = TinyMlpTraining.Steps)]
    public void HandWritten()
    {
        using TinyMlp model = Seeded.Model<TinyMlp>();
        HandWrittenLoop.Run(model, _batches, TinyMlpTraining.Steps);
    }

    [Benchmark(OperationsPerInvoke = TinyMlpTraining.Steps)]
    public void Floor()
    {
        using TinyMlp model = Seeded.Model<TinyMlp>();
        FloorLoop.Run(model, RawForward.Of(model), _batches, TinyMlpTraining.Steps);
    }
}
