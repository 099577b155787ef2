using System;
using System.Linq;
using TrainDsl.Native;
using TrainDsl.Parameters;
using static TorchSharp.torch;

namespace TrainDsl.Stepping;

/// <summary>The buffers of a model (running statistics, say) as they were at some point. Allocates no managed memory once made.</summary>
internal sealed class BufferCopies : IDisposable
{
    private readonly (Tensor Buffer, Tensor Copy)[] _buffers;

    internal BufferCopies(nn.Module model) =>
        _buffers = [.. ModelState.BuffersOf(model).Select(static buffer => (buffer.Value, empty_like(buffer.Value).DetachFromDisposeScope()))];

    /// <summary>Bytes that the copies take.</summary>
    internal long ByteLength => _buffers.Sum(static pair => pair.Copy.numel() * pair.Copy.ElementSize);

    /// <summary>Keeps the buffers as they are.</summary>
    internal void Keep()
    {
        using var noGradient = new NoGradient();
        foreach ((Tensor buffer, Tensor copy) in _buffers)
        {
            TensorMemory.Copy(copy.Handle, buffer.Handle);
        }
    }

    /// <summary>Brings the buffers back to what they were.</summary>
    internal void BringBack()
    {
        using var noGradient = new NoGradient();
        foreach ((Tensor buffer, Tensor copy) in _buffers)
        {
            TensorMemory.Copy(buffer.Handle, copy.Handle);
        }
    }

    /// <summary>Brings the buffers back to what they were where a scalar on their device says that something is not finite; does not wait for the device.</summary>
    /// <param name="finite">A bool scalar.</param>
    internal void BringBackUnless(Tensor finite)
    {
        using var noGradient = new NoGradient();
        foreach ((Tensor buffer, Tensor copy) in _buffers)
        {
            TensorMemory.KeepWhere(finite.Handle, buffer.Handle, copy.Handle);
        }
    }

    public void Dispose()
    {
        foreach ((_, Tensor copy) in _buffers)
        {
            copy.Dispose();
        }
    }
}
