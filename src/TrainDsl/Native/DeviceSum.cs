using System;
using TorchSharp;
using static TorchSharp.torch;

namespace TrainDsl.Native;

/// <summary>
/// A sum of weighted scalars on the device that they are on, so that adding does not wait for the device; in float64, so that counts of up to 2^53
/// are exact. Nothing added is kept alive: no gradient flows through the sum.
/// </summary>
internal sealed class DeviceSum : IDisposable
{
    private readonly Tensor _value;
    private readonly Tensor _kept;

    internal DeviceSum(Device device)
    {
        Total = zeros([], ScalarType.Float64, device).DetachFromDisposeScope();
        _kept = zeros([], ScalarType.Float64, device).DetachFromDisposeScope();
        _value = zeros([], ScalarType.Float64, device).DetachFromDisposeScope();
    }

    /// <summary>The sum, a float64 scalar.</summary>
    internal Tensor Total { get; }

    /// <summary>The sum. Reading it waits for the device.</summary>
    internal double Value => TensorMemory.Item(Total.Handle);

    internal void Reset() => TensorMemory.Zero(Total.Handle);

    /// <summary>Adds scale x value. Allocates no managed memory.</summary>
    /// <param name="value">A tensor of one element, of any real element type.</param>
    /// <param name="scale">Its weight in the sum.</param>
    internal void Add(Tensor value, double scale)
    {
        using var noGradient = new NoGradient();
        // The sum cannot take an element type other than its own in every case, nor dimensions.
        nint scalar = TensorMemory.FirstElement(value.Handle);
        TensorMemory.Copy(_value.Handle, scalar);
        TensorMemory.Delete(scalar);
        nint sum = TensorMemory.AddScaled(Total.Handle, _value.Handle, scale);
        TensorMemory.Copy(Total.Handle, sum);
        TensorMemory.Delete(sum);
        GC.KeepAlive(value);
    }

    /// <summary>Keeps the sum as it is.</summary>
    internal void Keep() => TensorMemory.Copy(_kept.Handle, Total.Handle);

    /// <summary>Brings the sum back to what was kept.</summary>
    internal void BringBack() => TensorMemory.Copy(Total.Handle, _kept.Handle);

    /// <summary>Brings the sum back to what was kept, unless a bool scalar on the device says that all is finite.</summary>
    internal void BringBackUnless(Tensor finite) => TensorMemory.KeepWhere(finite.Handle, Total.Handle, _kept.Handle);

    public void Dispose()
    {
        _kept.Dispose();
        Total.Dispose();
        _value.Dispose();
    }
}
