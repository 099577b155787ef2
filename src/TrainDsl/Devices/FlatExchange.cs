using System;
using TorchSharp;
using TrainDsl.Native;
using static TorchSharp.torch;

namespace TrainDsl.Devices;

/// <summary>
/// A flat tensor as collectives see it: in host memory. A tensor on the CPU is taken where it lies; one on another device goes through pinned memory.
/// Allocates no managed memory once made.
/// </summary>
internal sealed unsafe class FlatExchange : IDisposable
{
    private readonly Tensor _tensor;
    private readonly Tensor? _host;
    private readonly ICollective _members;
    private readonly ElementType _type;
    private readonly long _count;
    private readonly int _alignment = Shard.DefaultAlignment;
    private readonly void* _address;

    /// <param name="tensor">A contiguous tensor of one dimension, which stays the caller's; its size in bytes is a multiple of 8.</param>
    /// <param name="members">This replica's member of the group.</param>
    /// <param name="onlyCopies">Whether elements are copied and never summed; they may then be of any type.</param>
    /// <exception cref="NotSupportedException">The element type is none that collectives sum.</exception>
    internal FlatExchange(Tensor tensor, ICollective members, bool onlyCopies = false)
    {
        _tensor = tensor;
        _members = members;
        _count = tensor.numel();
        switch (tensor.dtype)
        {
            case var _ when onlyCopies:
                _type = ElementType.Int64;
                _count = _count * tensor.element_size() / sizeof(long);

                // Shards begin at the same bytes as those of the tensor's own elements.
                _alignment = (int)(Shard.DefaultAlignment * tensor.element_size() / sizeof(long));
                break;
            case ScalarType.Float32:
                _type = ElementType.Float32;
                break;
            case ScalarType.Float64:
                _type = ElementType.Float64;
                break;
            default:
                throw new NotSupportedException(
                    $"Several replicas exchange parameters of float32 and float64; the model has some of {tensor.dtype}. "
                    + "Keep these in float32, or train on one device.");
        }

        if (tensor.device_type != DeviceType.CPU)
        {
            using Tensor pageable = zeros_like(tensor, device: CPU);
            _host = pageable.pin_memory().DetachFromDisposeScope();
        }

        _address = TensorMemory.Address((_host ?? tensor).Handle);
    }

    /// <summary>Replaces this member's shard by its sum over all members; the rest of the tensor is undefined afterwards.</summary>
    internal void ReduceScatter()
    {
        Fetch();
        _members.ReduceScatter(_address, _count, _type);
        Store();
    }

    /// <summary>Completes the tensor by the shards of the other members.</summary>
    internal void AllGather()
    {
        Fetch();
        _members.AllGather(_address, _count, _type, _alignment);
        Store();
    }

    /// <summary>Takes over the tensor of the first member.</summary>
    internal void BroadcastFirst()
    {
        Fetch();
        _members.Broadcast(_address, _count, _type, root: 0);
        Store();
    }

    /// <summary>Replaces every element, of a floating-point type, by its mean over all members.</summary>
    internal void Average()
    {
        Fetch();
        _members.AllReduce(_address, _count, _type);
        if (_type == ElementType.Float64)
        {
            foreach (ref double value in new Span<double>(_address, checked((int)_count)))
            {
                value /= _members.Size;
            }
        }
        else
        {
            foreach (ref float value in new Span<float>(_address, checked((int)_count)))
            {
                value /= _members.Size;
            }
        }

        Store();
    }

    public void Dispose() => _host?.Dispose();

    private void Fetch()
    {
        if (_host is not null)
        {
            TensorMemory.Copy(_host.Handle, _tensor.Handle);
        }
    }

    private void Store()
    {
        if (_host is not null)
        {
            TensorMemory.Copy(_tensor.Handle, _host.Handle);
        }
    }
}
