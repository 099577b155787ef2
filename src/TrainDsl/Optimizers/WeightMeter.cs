using System;
using TorchSharp;
using TrainDsl.Native;
using static TorchSharp.torch;

namespace TrainDsl.Optimizers;

/// <summary>Adds up the weights of a global batch's micro-batches on their device.</summary>
public sealed class WeightMeter : IDisposable
{
    /// <param name="device">The device of the losses.</param>
    public WeightMeter(Device device) => Sum = zeros([], ScalarType.Float32, device).DetachFromDisposeScope();

    internal Tensor Sum { get; }

    /// <summary>The sum so far. Reading it waits for the device.</summary>
    public double Value => Sum.ToDouble();

    /// <summary>Starts a global batch.</summary>
    public void Reset() => TensorMemory.Zero(Sum.Handle);

    /// <summary>Adds the weight of a micro-batch.</summary>
    /// <param name="weight">A scalar tensor, at least 0.</param>
    public void Add(Tensor weight)
    {
        ArgumentNullException.ThrowIfNull(weight);
        nint sum = TensorMemory.AddScaled(Sum.Handle, weight.Handle, 1.0);
        TensorMemory.Copy(Sum.Handle, sum);
        TensorMemory.Delete(sum);
    }

    /// <summary>Releases the sum.</summary>
    public void Dispose() => Sum.Dispose();
}
