using System;
using System.Globalization;
using TorchSharp;
using TrainDsl.Native;
using static TorchSharp.torch;

namespace TrainDsl.Optimizers;

/// <summary>Adds up the weights of a global batch's micro-batches on their device, in float64.</summary>
public sealed class WeightMeter : IDisposable
{
    private readonly DeviceSum _sum;

    /// <param name="device">The device of the losses.</param>
    public WeightMeter(Device device) => _sum = new DeviceSum(device);

    internal Tensor Sum => _sum.Total;

    /// <summary>The sum so far. Reading it waits for the device.</summary>
    public double Value => _sum.Value;

    /// <summary>Starts a global batch.</summary>
    public void Reset() => _sum.Reset();

    /// <summary>Adds the weight of a micro-batch. Allocates no managed memory.</summary>
    /// <param name="weight">A tensor of one element, at least 0, of any real element type; no gradient flows through it.</param>
    /// <exception cref="ArgumentException">
    /// The weight has other than one element, or is below 0. On a device that is not waited for, a sum below 0 makes the update not a number instead.
    /// </exception>
    public void Add(Tensor weight)
    {
        Scalars.Check(weight, "The weight of a loss", nameof(weight));
        if (TensorMemory.IsOnCpu(weight.Handle) && TensorMemory.Item(weight.Handle) is < 0.0 and var value)
        {
            throw new ArgumentException(
                string.Create(CultureInfo.InvariantCulture, $"The weight of a loss is {value}; a weight (tokens, pixels, samples) is at least 0. ")
                + "Put the sign into the sum.", nameof(weight));
        }

        _sum.Add(weight, 1.0);
    }

    /// <summary>Releases the sum.</summary>
    public void Dispose() => _sum.Dispose();
}
