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
    private nint _deviceSum;

    /// <summary>The sum since the last <see cref="Reset"/>. Reading it waits for the device.</summary>
    public double Sum
    {
        get
        {
            if (_deviceSum == 0)
            {
                return _hostSum;
            }

            nint shared;
            Operator.Check(StableAbi.aoti_torch_new_tensor_handle(_deviceSum, &shared), "aoti_torch_new_tensor_handle"u8);
            using Tensor tensor = Tensor.UnsafeCreateTensor(shared);
            return _hostSum + tensor.to_type(ScalarType.Float64).ToDouble();
        }
    }

    /// <summary>Starts a new sum.</summary>
    public void Reset()
    {
        _hostSum = 0.0;
        Release();
    }

    /// <summary>Adds scale x value. Allocates no managed memory.</summary>
    /// <param name="value">A tensor of one element.</param>
    /// <param name="scale">Its weight in the sum.</param>
    public void Add(Tensor value, double scale)
    {
        ArgumentNullException.ThrowIfNull(value);
        nint handle = value.Handle;
        if (TensorMemory.IsOnCpu(handle))
        {
            _hostSum += scale * Read(handle);
            return;
        }

        if (_deviceSum == 0)
        {
            _deviceSum = TensorMemory.AddScaled(handle, handle, scale - 1.0);
            return;
        }

        nint sum = TensorMemory.AddScaled(_deviceSum, handle, scale);
        TensorMemory.Delete(_deviceSum);
        _deviceSum = sum;
    }

    /// <summary>Releases the sum.</summary>
    public void Dispose() => Release();

    private static double Read(nint tensor)
    {
        void* data = TensorMemory.Address(tensor);
        return TensorMemory.ElementType(tensor) switch
        {
            ScalarType.Float32 => *(float*)data,
            ScalarType.Float64 => *(double*)data,
            ScalarType.Float16 => (double)*(Half*)data,
            ScalarType.BFloat16 => BitConverter.Int32BitsToSingle(*(ushort*)data << 16),
            ScalarType.Int64 => *(long*)data,
            ScalarType.Int32 => *(int*)data,
            ScalarType.Bool => *(byte*)data,
            ScalarType other => throw new ArgumentException(
                $"A loss or metric of element type {other} cannot be summed; return float32, float64, float16, bfloat16, int64, int32 or bool."),
        };
    }

    private void Release()
    {
        if (_deviceSum != 0)
        {
            TensorMemory.Delete(_deviceSum);
            _deviceSum = 0;
        }
    }
}
