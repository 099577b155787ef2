using System;
using static TrainDsl.Data.SplitMix64;

namespace TrainDsl.Data;

/// <summary>
/// The order in which an epoch visits a dataset: a pure function of (seed, epoch, position), so that any position of any epoch is known without
/// going through those before it, and without memory.
/// </summary>
/// <remarks>
/// A shuffled epoch is a pseudo-random permutation: a balanced Feistel network over the smallest even number of bits that holds the dataset,
/// with cycle walking back into its range (Black and Rogaway, "Ciphers with Arbitrary Finite Domains", 2002). The round function is
/// the finaliser of SplitMix64 (Steele, Lea and Flood, 2014).
/// </remarks>
public readonly struct SampleOrder
{
    // Four rounds make a Feistel network with random round functions a strong pseudo-random permutation of a large domain (Luby and Rackoff, 1988).
    // Halves of two or three bits mix slower: with twelve, every order of seven samples comes equally often, with eight not yet.
    private const int Rounds = 12;

    private readonly ulong _seed;
    private readonly bool _shuffle;
    private readonly int _halfBits;

    /// <param name="count">The number of samples, at least 0.</param>
    /// <param name="seed">The seed of the run.</param>
    /// <param name="shuffle">Whether each epoch has an order of its own; otherwise the dataset's order.</param>
    public SampleOrder(long count, long seed, bool shuffle)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        Count = count;
        _seed = Mix((ulong)seed);
        _shuffle = shuffle;
        int bits = count <= 1 ? 0 : 64 - System.Numerics.BitOperations.LeadingZeroCount((ulong)(count - 1));
        _halfBits = Math.Max(1, (bits + 1) / 2);
    }

    /// <summary>The number of samples.</summary>
    public long Count { get; }

    /// <summary>The sample at a position of an epoch.</summary>
    /// <param name="epoch">The epoch, from 0.</param>
    /// <param name="position">The position in it, from 0 to Count - 1.</param>
    /// <returns>An index into the dataset; over an epoch each occurs once.</returns>
    public long this[long epoch, long position]
    {
        get
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((ulong)position, (ulong)Count);
            if (!_shuffle)
            {
                return position;
            }

            ulong key = Mix(_seed ^ Mix((ulong)epoch + 1));

            // A Feistel network makes even permutations alone. Half of the epochs exchange the first two samples, so that every order can come.
            ulong value = position < 2 && Count > 1 ? (ulong)position ^ (key >> 63) : (ulong)position;
            do
            {
                value = Permute(value, key);
            }
            while (value >= (ulong)Count);

            return (long)value;
        }
    }

    /// <summary>What the random numbers of reading a sample are a function of.</summary>
    /// <param name="epoch">The epoch, from 0.</param>
    /// <param name="position">The position in it, from 0.</param>
    internal ulong RandomKey(long epoch, long position) => Mix(Mix(_seed ^ Mix(~(ulong)epoch)) ^ (ulong)position);

    private ulong Permute(ulong value, ulong key)
    {
        ulong mask = (1UL << _halfBits) - 1;
        ulong left = value >> _halfBits;
        ulong right = value & mask;
        for (int round = 0; round < Rounds; round++)
        {
            ulong next = left ^ (Mix(right + key + ((ulong)round << 56)) & mask);
            left = right;
            right = next;
        }

        return (left << _halfBits) | right;
    }
}
