using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using TrainDsl.Parameters;
using static TorchSharp.torch;

namespace TrainDsl.Devices;

/// <summary>
/// The buffers of one replica's model (running statistics of batch norms, say) as views of one flat tensor for each element type, brought into line with those
/// of the other replicas by one call each.
/// </summary>
internal sealed class ReplicaBuffers : IDisposable
{
    // Elements that a flat tensor is a multiple of: 8 bytes and more, whatever the type.
    private const long Alignment = 8;

    private readonly List<(Tensor Flat, FlatExchange Exchange, bool Averages)> _groups = [];

    /// <summary>Moves the buffers of a model into flat tensors; the model computes with them from then on.</summary>
    /// <param name="model">The model, already on its device.</param>
    /// <param name="rule">How buffers of float32 and float64 are brought into line. Others, such as counters and masks, follow the first replica.</param>
    /// <param name="members">This replica's member of the group.</param>
    internal ReplicaBuffers(nn.Module model, BufferRule rule, ICollective members)
    {
        using IDisposable noGrad = no_grad();
        foreach (IGrouping<ScalarType, Tensor> group in ModelState.BuffersOf(model).Select(static buffer => buffer.Value)
                     .Where(static buffer => buffer.numel() > 0).GroupBy(static buffer => buffer.dtype))
        {
            Tensor[] buffers = [.. group];
            long count = (buffers.Sum(static buffer => buffer.numel()) + Alignment - 1) / Alignment * Alignment;
            Tensor flat = zeros(count, group.Key, buffers[0].device).DetachFromDisposeScope();
            long offset = 0;
            foreach (Tensor buffer in buffers)
            {
                using Tensor part = flat.narrow(0, offset, buffer.numel());
                using Tensor view = part.view(buffer.shape);
                view.copy_(buffer);
                offset += buffer.numel();
                buffer.set_(view);
            }

            bool averages = rule == BufferRule.Averaged && group.Key is ScalarType.Float32 or ScalarType.Float64;
            _groups.Add((flat, new FlatExchange(flat, members, onlyCopies: !averages), averages));
        }
    }

    /// <summary>Brings the buffers of all replicas into line by the rule. Allocates no managed memory.</summary>
    internal void Synchronize()
    {
        foreach ((_, FlatExchange exchange, bool averages) in _groups)
        {
            if (averages)
            {
                exchange.Average();
            }
            else
            {
                exchange.BroadcastFirst();
            }
        }
    }

    /// <summary>Takes over the buffers of the first replica.</summary>
    internal void BroadcastFirst()
    {
        foreach ((_, FlatExchange exchange, _) in _groups)
        {
            exchange.BroadcastFirst();
        }
    }

    /// <summary>Releases what the exchange needed; the model keeps its buffers.</summary>
    public void Dispose()
    {
        foreach ((Tensor flat, FlatExchange exchange, _) in _groups)
        {
            exchange.Dispose();
            flat.Dispose();
        }
    }
}
