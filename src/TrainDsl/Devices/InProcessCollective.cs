using System;

namespace TrainDsl.Devices;

/// <summary>
/// A member of an <see cref="InProcessGroup"/>. Members announce their buffers to each other; each then works on its own shard of all buffers, so
/// that the work divides by the members and no element is written by two of them.
/// </summary>
internal sealed unsafe class InProcessCollective : ICollective
{
    private readonly InProcessGroup _group;
    private int _turn;

    internal InProcessCollective(InProcessGroup group, int rank)
    {
        _group = group;
        Rank = rank;
    }

    /// <inheritdoc/>
    public int Rank { get; }

    /// <inheritdoc/>
    public int Size => _group.Size;

    /// <inheritdoc/>
    /// <remarks>Members that share one buffer count it once for each of them.</remarks>
    public void AllReduce(void* buffer, long count, ElementType type)
    {
        ReadOnlySpan<InProcessGroup.Announcement> all = Enter(new(CollectiveOperation.AllReduce, type, count, Shard.DefaultAlignment), buffer);
        nint* shards = stackalloc nint[Size];
        Shard own = AddressesOf(all, shards);
        RankOrderSum.Add(shards, Size, shards, Size, own.Length, type);
        _group.Complete();
    }

    /// <inheritdoc/>
    public double AllReduce(double value)
    {
        // The announcement carries the value, so that one wait is enough.
        ReadOnlySpan<InProcessGroup.Announcement> all = Enter(new(CollectiveOperation.AllReduceScalar, Value: value), null);
        double sum = all[0].Call.Value;
        for (int rank = 1; rank < all.Length; rank++)
        {
            sum += all[rank].Call.Value;
        }

        return sum;
    }

    /// <inheritdoc/>
    public void ReduceScatter(void* buffer, long count, ElementType type, int alignment = Shard.DefaultAlignment)
    {
        ReadOnlySpan<InProcessGroup.Announcement> all = Enter(new(CollectiveOperation.ReduceScatter, type, count, alignment), buffer);
        nint* shards = stackalloc nint[Size];
        Shard own = AddressesOf(all, shards);
        RankOrderSum.Add(shards, Size, shards + Rank, 1, own.Length, type);
        _group.Complete();
    }

    /// <inheritdoc/>
    public void AllGather(void* buffer, long count, ElementType type, int alignment = Shard.DefaultAlignment)
    {
        ReadOnlySpan<InProcessGroup.Announcement> all = Enter(new(CollectiveOperation.AllGather, type, count, alignment), buffer);
        bool shared = true;
        for (int rank = 0; rank < all.Length; rank++)
        {
            if (all[rank].Buffer != (nint)buffer)
            {
                Copy((void*)all[rank].Buffer, buffer, Shard.Of(count, rank, Size, alignment), type);
                shared = false;
            }
        }

        // Seen alike by all members only if all buffers are one; otherwise each must wait until the others have read its shard.
        if (!shared)
        {
            _group.Complete();
        }
    }

    /// <inheritdoc/>
    public void Broadcast(void* buffer, long count, ElementType type, int root)
    {
        ReadOnlySpan<InProcessGroup.Announcement> all = Enter(new(CollectiveOperation.Broadcast, type, count, Root: root), buffer);
        Copy((void*)all[root].Buffer, buffer, new Shard(0, count), type);
        _group.Complete();
    }

    /// <inheritdoc/>
    public void Barrier() => Enter(new(CollectiveOperation.Barrier), null);

    /// <summary>Sums over all members into the root's buffer; the other buffers keep their contents.</summary>
    internal void Reduce(void* buffer, long count, ElementType type, int root)
    {
        ReadOnlySpan<InProcessGroup.Announcement> all = Enter(
            new(CollectiveOperation.Reduce, type, count, Shard.DefaultAlignment, root), buffer);
        nint* shards = stackalloc nint[Size];
        Shard own = AddressesOf(all, shards);
        RankOrderSum.Add(shards, Size, shards + root, 1, own.Length, type);
        _group.Complete();
    }

    /// <summary>Copies each member's shard into the buffer of member 0.</summary>
    /// <param name="buffer">This member's buffer.</param>
    /// <param name="count">Elements in the whole buffer.</param>
    /// <param name="type">The element type.</param>
    /// <param name="alignment">Elements that shard bounds are multiples of.</param>
    /// <param name="own">This member's shard.</param>
    internal void Gather(void* buffer, long count, ElementType type, int alignment, Shard own)
    {
        ReadOnlySpan<InProcessGroup.Announcement> all = Enter(new(CollectiveOperation.Gather, type, count, alignment), buffer);
        Copy(buffer, (void*)all[0].Buffer, own, type);
        _group.Complete();
    }

    /// <summary>Copies each member's shard from the buffer of member 0 into its own buffer.</summary>
    /// <inheritdoc cref="Gather"/>
    internal void Scatter(void* buffer, long count, ElementType type, int alignment, Shard own)
    {
        ReadOnlySpan<InProcessGroup.Announcement> all = Enter(new(CollectiveOperation.Scatter, type, count, alignment), buffer);
        Copy((void*)all[0].Buffer, buffer, own, type);
        _group.Complete();
    }

    /// <summary>Counts calls anew, as all other members do.</summary>
    internal void Renew() => _turn = 0;

    private static void Copy(void* from, void* to, Shard part, ElementType type)
    {
        if (from != to)
        {
            long size = type.SizeInBytes();
            long bytes = part.Length * size;
            Buffer.MemoryCopy((byte*)from + (part.Start * size), (byte*)to + (part.Start * size), bytes, bytes);
        }
    }

    private ReadOnlySpan<InProcessGroup.Announcement> Enter(in CollectiveCall call, void* buffer)
    {
        call.Validate(buffer, Size);
        return _group.Enter(Rank, _turn++, call, buffer);
    }

    private Shard AddressesOf(ReadOnlySpan<InProcessGroup.Announcement> all, nint* shards)
    {
        CollectiveCall call = all[Rank].Call;
        Shard own = Shard.Of(call.Count, Rank, Size, call.Alignment);
        for (int rank = 0; rank < all.Length; rank++)
        {
            shards[rank] = all[rank].Buffer + (nint)(own.Start * call.Type.SizeInBytes());
        }

        return own;
    }
}
