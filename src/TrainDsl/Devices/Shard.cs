using System;
using System.Diagnostics;

namespace TrainDsl.Devices;

/// <summary>A contiguous slice of a flat buffer that one member of a collective owns.</summary>
/// <param name="Start">The first element, in elements from the start of the buffer.</param>
/// <param name="Length">The number of elements; 0 where there are more members than aligned blocks.</param>
internal readonly record struct Shard(long Start, long Length)
{
    /// <summary>Elements that shard bounds are multiples of unless a call says otherwise: 64 bytes of float32, one cache line.</summary>
    public const int DefaultAlignment = 16;

    /// <summary>The element after the last.</summary>
    public long End => Start + Length;

    /// <summary>
    /// The shard of one member. Shards follow each other in rank order, cover the buffer exactly once, start at multiples of
    /// <paramref name="alignment"/> (an empty one at the end of the buffer excepted) and differ by at most one aligned block, the longer ones first.
    /// </summary>
    /// <param name="count">Elements in the whole buffer, 0 or more.</param>
    /// <param name="rank">The member, 0 to <paramref name="size"/> - 1.</param>
    /// <param name="size">The number of members, 1 or more.</param>
    /// <param name="alignment">Elements in an aligned block, 1 or more.</param>
    /// <exception cref="ArgumentOutOfRangeException">A value is outside its range.</exception>
    public static Shard Of(long count, int rank, int size, int alignment = DefaultAlignment) => Range(count, rank, 1, size, alignment);

    /// <summary>The slice that <paramref name="shards"/> consecutive shards from <paramref name="first"/> on make up together.</summary>
    /// <param name="count">Elements in the whole buffer, 0 or more.</param>
    /// <param name="first">The first shard, 0 to <paramref name="size"/> - 1.</param>
    /// <param name="shards">How many shards, 1 or more; the last of them is below <paramref name="size"/>.</param>
    /// <param name="size">The number of shards in the whole buffer, 1 or more.</param>
    /// <param name="alignment">Elements in an aligned block, 1 or more.</param>
    /// <exception cref="ArgumentOutOfRangeException">A value is outside its range.</exception>
    public static Shard Range(long count, int first, int shards, int size, int alignment = DefaultAlignment)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfLessThan(size, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(alignment, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(shards, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(first);
        ArgumentOutOfRangeException.ThrowIfGreaterThan((long)first + shards, size, nameof(first));

        (long blocksEach, long blocksOver) = Math.DivRem((count / alignment) + (count % alignment == 0 ? 0 : 1), size);
        long start = Bound(first);
        return new Shard(start, Bound(first + shards) - start);

        long Bound(long shard)
        {
            long block = (shard * blocksEach) + Math.Min(shard, blocksOver);

            // Compared in blocks: the product could overflow for the end of the last, partial block.
            Debug.Assert(block >= 0);
            return block > count / alignment ? count : block * alignment;
        }
    }
}
