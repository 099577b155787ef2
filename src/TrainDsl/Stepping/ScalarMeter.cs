using System;
using TorchSharp;
using TrainDsl.Native;
using static TorchSharp.torch;

namespace TrainDsl.Stepping;

/// <summary>
/// Adds up weighted scalars (losses, metrics) on the device that they are on, so that no step waits for the device; reading the sum does.
/// On the CPU they are read where they lie.
/// </summary>
public sealed unsafe class ScalarMeter : IDisposable
{
    private double _hostSum;
    private double _keptHostSum;
    private DeviceSum? _deviceSum;

    /// <summary>Whether to add up on the CPU as on any other device.</summary>
    internal bool OnDevice { get; set; }

    /// <summary>The sum since the last <see cref="Reset"/>. Reading it waits for the device.</summary>
    public double Sum => _hostSum + (_deviceSum?.Value ?? 0.0);

    /// <summary>Starts a new sum.</summary>
    public void Reset()
    {
        _hostSum = 0.0;
        _deviceSum?.Reset();
    }

    /// <summary>Adds scale x value. Allocates no managed memory after the first call.</summary>
    /// <param name="value">A tensor of one element, of any real element type.</param>
    /// <param name="scale">Its weight in the sum.</param>
    /// <exception cref="ArgumentException">The tensor has other than one element.</exception>
    public void Add(Tensor value, double scale)
    {
        Scalars.Check(value, "A loss or metric", nameof(value));
        nint handle = value.Handle;
        if (!OnDevice && TensorMemory.IsOnCpu(handle))
        {
            _hostSum += scale * Read(handle);
        }
        else
        {
            _deviceSum ??= new DeviceSum(value.device);
            _deviceSum.Add(value, scale);
        }

        GC.KeepAlive(value);
    }

    /// <summary>Puts the sum in a float64 scalar, without waiting for the device.</summary>
    internal void CopyTo(Tensor scalar)
    {
        TensorMemory.Fill(scalar.Handle, _hostSum);
        if (_deviceSum is not null)
        {
            nint sum = TensorMemory.AddScaled(scalar.Handle, _deviceSum.Total.Handle, 1.0);
            TensorMemory.Copy(scalar.Handle, sum);
            TensorMemory.Delete(sum);
        }
    }

    /// <summary>Keeps the sum as it is, without waiting for the device.</summary>
    internal void Keep()
    {
        _keptHostSum = _hostSum;
        _deviceSum?.Keep();
    }

    /// <summary>Brings the sum back to what was kept, without waiting for the device.</summary>
    internal void BringBack()
    {
        _hostSum = _keptHostSum;
        _deviceSum?.BringBack();
    }

    /// <summary>Brings what was added up on the device back to what was kept, unless a bool scalar there says that all is finite.</summary>
    internal void BringBackUnless(Tensor finite) => _deviceSum?.BringBackUnless(finite);

    /// <summary>Releases the sum.</summary>
    public void Dispose() => _deviceSum?.Dispose();

    private static double Read(nint tensor) => TensorMemory.ElementType(tensor) switch
    {
        ScalarType.Float32 => *(float*)TensorMemory.Address(tensor),
        ScalarType.Float64 => *(double*)TensorMemory.Address(tensor),
        _ => TensorMemory.Item(tensor),
    };
}
