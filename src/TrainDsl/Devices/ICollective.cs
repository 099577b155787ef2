using System;

namespace TrainDsl.Devices;

/// <summary>
/// One member's end of a group that works on flat buffers together. Every member makes the same calls in the same order with the same counts and
/// element types; a call returns when the member's own buffer holds the result and may be used again.
/// <para>
/// Sums are taken in rank order for each element, whatever the timing, so that a call gives the same bits in every run and on every member.
/// (<see cref="HierarchicalCollective"/> sums over the members of each process first, then over the processes, each in rank order.)
/// No call allocates managed memory. A member is used by one thread at a time.
/// </para>
/// <para>
/// Every call throws <see cref="CollectiveAbortedException"/> when another member failed, <see cref="CollectiveTimeoutException"/> when one did not
/// come in time (MPI alone), <see cref="OperationCanceledException"/> when the group was cancelled, and <see cref="InvalidOperationException"/> when
/// members make different calls. The group cannot be used after any of these.
/// </para>
/// </summary>
internal unsafe interface ICollective
{
    /// <summary>This member, 0 to <see cref="Size"/> - 1.</summary>
    int Rank { get; }

    /// <summary>The number of members, 1 or more.</summary>
    int Size { get; }

    /// <summary>Replaces every element by its sum over all members.</summary>
    /// <param name="buffer">This member's buffer.</param>
    /// <param name="count">Elements in the buffer, 0 or more.</param>
    /// <param name="type">The element type.</param>
    void AllReduce(void* buffer, long count, ElementType type);

    /// <summary>Sums a scalar over all members, in float64: a norm, a loss, a weight of samples.</summary>
    /// <param name="value">This member's contribution.</param>
    /// <returns>The sum in rank order, the same bits on every member.</returns>
    double AllReduce(double value);

    /// <summary>
    /// Replaces every element of this member's shard, <see cref="Shard.Of"/>, by its sum over all members. The rest of the buffer is undefined
    /// afterwards.
    /// </summary>
    /// <param name="buffer">This member's buffer, the whole of it.</param>
    /// <param name="count">Elements in the whole buffer, 0 or more.</param>
    /// <param name="type">The element type.</param>
    /// <param name="alignment">Elements that shard bounds are multiples of, 1 or more.</param>
    void ReduceScatter(void* buffer, long count, ElementType type, int alignment = Shard.DefaultAlignment);

    /// <summary>
    /// Copies every member's shard, <see cref="Shard.Of"/>, into the buffers of all others. Members that share one buffer only wait for each other.
    /// </summary>
    /// <param name="buffer">This member's buffer, the whole of it.</param>
    /// <param name="count">Elements in the whole buffer, 0 or more.</param>
    /// <param name="type">The element type.</param>
    /// <param name="alignment">Elements that shard bounds are multiples of, 1 or more.</param>
    void AllGather(void* buffer, long count, ElementType type, int alignment = Shard.DefaultAlignment);

    /// <summary>Copies one member's buffer into the buffers of all others.</summary>
    /// <param name="buffer">This member's buffer.</param>
    /// <param name="count">Elements in the buffer, 0 or more.</param>
    /// <param name="type">The element type.</param>
    /// <param name="root">The member whose buffer is copied.</param>
    void Broadcast(void* buffer, long count, ElementType type, int root);

    /// <summary>Returns when every member has called it.</summary>
    void Barrier();
}
