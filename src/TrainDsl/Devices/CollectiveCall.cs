using System;

namespace TrainDsl.Devices;

/// <summary>What a member of a collective is about to do.</summary>
internal enum CollectiveOperation
{
    /// <summary><see cref="ICollective.Barrier"/>.</summary>
    Barrier,

    /// <summary><see cref="ICollective.AllReduce(void*, long, ElementType)"/>.</summary>
    AllReduce,

    /// <summary><see cref="ICollective.AllReduce(double)"/>.</summary>
    AllReduceScalar,

    /// <summary><see cref="ICollective.ReduceScatter"/>.</summary>
    ReduceScatter,

    /// <summary><see cref="ICollective.AllGather"/>.</summary>
    AllGather,

    /// <summary><see cref="ICollective.Broadcast"/>.</summary>
    Broadcast,

    /// <summary>The sum over members, in the root's buffer alone.</summary>
    Reduce,

    /// <summary>Every member's shard, copied to the root's buffer.</summary>
    Gather,

    /// <summary>The root's shards, copied to the buffers of the members they belong to.</summary>
    Scatter,

    /// <summary>The end of the work: no call follows.</summary>
    End,
}

/// <summary>
/// One call to a collective as every member announces it to the others before data moves, so that members that disagree get an error and not a
/// sum of unrelated numbers. Blittable: it is also the header that MPI ranks exchange.
/// </summary>
/// <param name="Operation">The operation.</param>
/// <param name="Type">The element type.</param>
/// <param name="Count">Elements in the buffer.</param>
/// <param name="Alignment">Elements that shard bounds are multiples of.</param>
/// <param name="Root">The root's rank, or 0 for operations without one.</param>
/// <param name="Value">The member's contribution to a scalar sum; the only part in which members may differ.</param>
internal readonly record struct CollectiveCall(
    CollectiveOperation Operation, ElementType Type = ElementType.Float64, long Count = 0, int Alignment = 1, int Root = 0, double Value = 0)
{
    /// <summary>Whether two members announce the same call.</summary>
    public bool Matches(in CollectiveCall other) => Operation == other.Operation && Type == other.Type && Count == other.Count
        && Alignment == other.Alignment && Root == other.Root;

    /// <summary>Checks what one member can know alone.</summary>
    /// <exception cref="ArgumentNullException">The buffer is null and the count is not 0.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The count is negative, the alignment below 1, or the root or element type unknown.</exception>
    public unsafe void Validate(void* buffer, int size)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(Count);
        ArgumentOutOfRangeException.ThrowIfLessThan(Alignment, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(Root);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(Root, size);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(Count, long.MaxValue / Type.SizeInBytes());
        if (Count > 0)
        {
            ArgumentNullException.ThrowIfNull(buffer);
        }
    }

    /// <summary>The error that every member of a collective gets when two of them announce different calls.</summary>
    public static InvalidOperationException Mismatch(int rank, in CollectiveCall call, int otherRank, in CollectiveCall other) => new(
        "The members of a collective must make the same calls in the same order, but "
        + $"member {rank} called {call} while member {otherRank} called {other}. "
        + "Look for a collective (or a step, an evaluation or a checkpoint that uses one) that only some members reach.");

    /// <inheritdoc/>
    public override string ToString() => Operation switch
    {
        CollectiveOperation.Barrier => "Barrier",
        CollectiveOperation.End => "nothing more (its training had ended)",
        CollectiveOperation.AllReduceScalar => "AllReduce of a scalar",
        CollectiveOperation.Broadcast or CollectiveOperation.Reduce => $"{Operation} of {Count} {Type} elements, root {Root}",
        CollectiveOperation.AllReduce => $"{Operation} of {Count} {Type} elements",
        _ => $"{Operation} of {Count} {Type} elements, shard alignment {Alignment}",
    };
}
