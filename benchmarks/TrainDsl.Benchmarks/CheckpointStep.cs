using System.IO;
using BenchmarkDotNet.Attributes;
using TrainDsl.Benchmarks.Models;

namespace TrainDsl.Benchmarks;

/// <summary>One optimizer step of AdamW on <see cref="Mlp"/>, batch 32, without checkpoints and with one every 50 steps, their writing to disk included.</summary>
public class CheckpointStep
{
    private static readonly TrainingOptions Quiet = new() { Monitors = [] };

    private FlatImages _dataset = null!;
    private string _folder = "";

    /// <summary>Makes the dataset and a folder.</summary>
    [GlobalSetup]
    public void Setup()
    {
        _dataset = new FlatImages();
        _folder = Directory.CreateTempSubdirectory("traindsl-checkpoints-").FullName;
    }

    /// <summary>Removes the folder.</summary>
    [GlobalCleanup]
    public void Cleanup() => Directory.Delete(_folder, recursive: true);

    /// <summary>No checkpoints.</summary>
    [Benchmark(Baseline = true, OperationsPerInvoke = CheckpointRun.Steps)]
    public long Without()
    {
        using var training = new UncheckpointedMlp(_dataset);
        return training.Run(Quiet).Steps;
    }

    /// <summary>A checkpoint every 50 steps.</summary>
    [Benchmark(OperationsPerInvoke = CheckpointRun.Steps)]
    public long With()
    {
        using var training = new CheckpointedMlp(_dataset);
        return training.Run(Quiet with { CheckpointFolder = Path.Combine(_folder, Path.GetRandomFileName()) }).Steps;
    }
}
