using System;
using TrainDsl.Native;
using static TorchSharp.torch;

namespace TrainDsl.Checkpoints;

/// <summary>
/// A tensor's elements, contiguous in host memory: its own memory where they are so already, else a copy that is made once and brought up to date
/// on request.
/// </summary>
internal sealed unsafe class HostView : IDisposable
{
    private readonly Tensor _source;
    private readonly Tensor? _copy;

    public HostView(Tensor source)
    {
        _source = source;
        ElementBytes = source.ElementSize;
        Count = source.numel();
        if (source.device.type != TorchSharp.DeviceType.CPU || !source.is_contiguous())
        {
            _copy = empty(source.shape, source.dtype, CPU).DetachFromDisposeScope();
        }
    }

    public long ElementBytes { get; }

    public long Count { get; }

    public long ByteLength => Count * ElementBytes;

    /// <summary>The first element in host memory; null where there are none.</summary>
    public byte* Address => Count == 0 ? null : (byte*)TensorMemory.Address((_copy ?? _source).Handle);

    /// <summary>Brings what lies at <see cref="Address"/> up to date.</summary>
    public void Refresh()
    {
        if (_copy is not null)
        {
            using var noGradient = new NoGradient();
            TensorMemory.Copy(_copy.Handle, _source.Handle);
        }
    }

    /// <summary>Gives the tensor what lies at <see cref="Address"/>.</summary>
    public void WriteBack()
    {
        if (_copy is not null)
        {
            using var noGradient = new NoGradient();
            TensorMemory.Copy(_source.Handle, _copy.Handle);
        }
    }

    public void Dispose() => _copy?.Dispose();
}
