using System;
using TorchSharp;
using TrainDsl.Checkpoints;
using static TorchSharp.torch;

namespace TrainDsl.Evaluation;

/// <summary>Seeds the generators of random numbers for an evaluation, and brings them back.</summary>
internal sealed class EvaluationRandomness : IDisposable
{
    private readonly byte[] _cpu;
    private readonly long? _deviceSeed;

    /// <param name="seed">What the evaluation draws from.</param>
    /// <param name="device">The model's device.</param>
    internal EvaluationRandomness(long seed, Device device)
    {
        // TorchSharp does not give out the state of a device's generator: what it would have drawn next seeds it afterwards, so that a run that evaluates goes on
        // reproducibly. The end of an epoch seeds it anew whether there was an evaluation or not.
        if (device.type == DeviceType.CUDA)
        {
            using Tensor next = randint(0, long.MaxValue, [1], ScalarType.Int64, device);
            using Tensor onHost = next.cpu();
            _deviceSeed = onHost.item<long>();
        }

        _cpu = RandomState.Capture();
        manual_seed(seed);
    }

    /// <summary>Brings the generators back.</summary>
    public void Dispose()
    {
        if (_deviceSeed is { } seed)
        {
            cuda.manual_seed_all(seed);
        }

        RandomState.Restore(_cpu);
    }
}
