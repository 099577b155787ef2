using System;
using System.Collections.Generic;
using System.Linq;
using TrainDsl.Devices;
using TrainDsl.Native;
using TrainDsl.Parameters;
using static TorchSharp.torch;

namespace TrainDsl.Checkpoints;

/// <summary>
/// The moments of the whole model in host memory, in the layout of its flat buffers, which the replicas of a process share: each copies the part that
/// it updates to its place, and across processes the parts are exchanged.
/// </summary>
internal sealed unsafe class GatheredMoments : IDisposable
{
    private readonly SortedDictionary<(int Buffer, string Name), Tensor> _full = [];

    public GatheredMoments(IReadOnlyList<ReplicaState> replicas)
    {
        foreach (MomentPart part in replicas.SelectMany(static replica => replica.Moments))
        {
            ParameterBuffer buffer = replicas[0].Parameters.Buffers[part.Buffer];
            if (!_full.ContainsKey((part.Buffer, part.Name)))
            {
                _full.Add((part.Buffer, part.Name), zeros(buffer.Values.numel(), buffer.StateType, CPU).DetachFromDisposeScope());
            }
        }
    }

    /// <summary>The first element of a moment of a flat buffer.</summary>
    public byte* AddressOf(int buffer, string name) => (byte*)TensorMemory.Address(_full[(buffer, name)].Handle);

    /// <summary>Copies a replica's part to its place. Replicas may do so at the same time.</summary>
    public void Collect(ReplicaState replica)
    {
        foreach (MomentPart part in replica.Moments)
        {
            part.View.Refresh();
            byte* destination = AddressOf(part.Buffer, part.Name) + (part.Offset * part.View.ElementBytes);
            Buffer.MemoryCopy(part.View.Address, destination, part.View.ByteLength, part.View.ByteLength);
        }
    }

    /// <summary>Exchanges the parts with the replicas of other processes. Every replica calls it.</summary>
    /// <param name="member">The replica's end of the group of all replicas.</param>
    /// <param name="alignment">Elements that the bounds of the replicas' shards are multiples of.</param>
    public void Exchange(ICollective member, int alignment)
    {
        foreach (Tensor full in _full.Values)
        {
            member.AllGather(TensorMemory.Address(full.Handle), full.numel(), CollectiveType(full.dtype), alignment);
        }
    }

    public void Dispose()
    {
        foreach (Tensor full in _full.Values)
        {
            full.Dispose();
        }
    }

    private static ElementType CollectiveType(ScalarType type) => type switch
    {
        ScalarType.Float64 => ElementType.Float64,
        ScalarType.Float32 => ElementType.Float32,
        _ => throw new NotSupportedException($"Moments of element type {type} cannot be exchanged between replicas; float32 and float64 can."),
    };
}
