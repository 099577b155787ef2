using System;
using System.Runtime.InteropServices;
using BenchmarkDotNet.Attributes;
using TorchSharp;
using TrainDsl.Benchmarks.Models;
using TrainDsl.Devices;
using TrainDsl.Parameters;

namespace TrainDsl.Benchmarks;

/// <summary>
/// One optimizer step of a global batch of 64 on the CPU: by one replica with all intra-op threads, by two with half of them each, and what of
/// the latter is the exchange alone.
/// </summary>
public class ReplicaStep
{
    private static readonly TrainingOptions One = new() { Monitors = [], Device = DeviceType.CPU, Devices = 1 };
    private static readonly TrainingOptions Two = One with { Devices = 2, MicroBatch = ReplicaRun.GlobalBatch / 2 };

    private Func<TrainingOptions, long> _train = null!;
    private long _elements;

    /// <summary>The model.</summary>
    [Params("Mlp", "TinyMlp", "SmallCnn")]
    public string Model { get; set; } = "";

    /// <summary>Chooses the definition.</summary>
    [GlobalSetup]
    public void Setup()
    {
        var flat = new FlatImages();
        var measurements = new Measurements();
        var square = new SquareImages();
        torch.nn.Module model;
        switch (Model)
        {
            case "Mlp":
                model = new Mlp();
                _train = options =>
                {
                    using var training = new MlpReplicas(flat);
                    return training.Run(options).Steps;
                };
                break;
            case "TinyMlp":
                model = new TinyMlp();
                _train = options =>
                {
                    using var training = new TinyMlpReplicas(measurements);
                    return training.Run(options).Steps;
                };
                break;
            default:
                model = new SmallCnn();
                _train = options =>
                {
                    using var training = new SmallCnnReplicas(square);
                    return training.Run(options).Steps;
                };
                break;
        }

        using var parameters = new FlatParameters(model, DecayOnly.All);
        _elements = parameters.Buffers[0].Values.numel();
        model.Dispose();
    }

    /// <summary>One replica, all intra-op threads.</summary>
    [Benchmark(Baseline = true, OperationsPerInvoke = ReplicaRun.Steps)]
    public long OneReplica() => _train(One);

    /// <summary>Two replicas, the intra-op threads divided.</summary>
    [Benchmark(OperationsPerInvoke = ReplicaRun.Steps)]
    public long TwoReplicas() => _train(Two);

    /// <summary>The exchange of a step alone: gradients reduced, parameters gathered, one scalar summed.</summary>
    [Benchmark(OperationsPerInvoke = ReplicaRun.Steps)]
    public unsafe void Exchange()
    {
        float* values = (float*)NativeMemory.AllocZeroed((nuint)_elements, sizeof(float));
        ReplicaGroup.Run(2, member =>
        {
            float* gradients = (float*)NativeMemory.AllocZeroed((nuint)_elements, sizeof(float));
            for (int step = 0; step < ReplicaRun.Steps; step++)
            {
                member.ReduceScatter(gradients, _elements, ElementType.Float32);
                member.AllGather(values, _elements, ElementType.Float32);
                _ = member.AllReduce(1.0);
            }

            NativeMemory.Free(gradients);
        });
        NativeMemory.Free(values);
    }
}
