using System;
using System.Linq;
using CsCheck;
using TrainDsl.Devices;
using Xunit;

namespace TrainDsl.Tests.Devices;

public sealed class ShardTests
{
    [Fact]
    public void Shards_tile_the_buffer_aligned_and_balanced() =>
        Gen.Select(Gen.Long[0, 1L << 50], Gen.Int[1, 70], Gen.Int[1, 300]).Sample((count, size, alignment) => CheckTiling(count, size, alignment));

    [Fact]
    public void Shards_of_small_buffers_tile_them() =>
        Gen.Select(Gen.Long[0, 200], Gen.Int[1, 9], Gen.Int[1, 20]).Sample((count, size, alignment) => CheckTiling(count, size, alignment));

    [Fact]
    public void The_longest_buffer_has_shards() => CheckTiling(long.MaxValue, 8, 16);

    [Fact]
    public void Buffers_without_enough_blocks_leave_the_last_members_empty() =>
        Assert.Equal(
            [new Shard(0, 16), new Shard(16, 4), new Shard(20, 0)],
            Enumerable.Range(0, 3).Select(rank => Shard.Of(20, rank, 3, 16)));

    [Fact]
    public void A_range_joins_consecutive_shards() =>
        Gen.Select(Gen.Long[0, 100_000], Gen.Int[1, 6], Gen.Int[1, 6], Gen.Int[1, 40]).Sample((count, ranks, each, alignment) =>
        {
            for (int rank = 0; rank < ranks; rank++)
            {
                Shard range = Shard.Range(count, rank * each, each, ranks * each, alignment);
                Shard[] parts = Enumerable.Range(rank * each, each).Select(shard => Shard.Of(count, shard, ranks * each, alignment)).ToArray();
                Assert.Equal(parts[0].Start, range.Start);
                Assert.Equal(parts.Sum(part => part.Length), range.Length);
            }
        });

    [Theory]
    [InlineData(-1, 0, 1, 1)]
    [InlineData(1, 1, 1, 1)]
    [InlineData(1, -1, 1, 1)]
    [InlineData(1, 0, 0, 1)]
    [InlineData(1, 0, 1, 0)]
    public void Values_outside_their_range_are_refused(long count, int rank, int size, int alignment) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => Shard.Of(count, rank, size, alignment));

    private static void CheckTiling(long count, int size, int alignment)
    {
        long next = 0;
        long longest = Shard.Of(count, 0, size, alignment).Length;
        for (int rank = 0; rank < size; rank++)
        {
            Shard shard = Shard.Of(count, rank, size, alignment);
            Assert.Equal(next, shard.Start);
            Assert.True(shard.Start % alignment == 0 || shard.Length == 0);
            Assert.InRange(shard.Length, 0, longest);

            // The last block may be partial, which takes up to one more block from the shard that has it.
            Assert.True(shard.Length >= longest - (2L * alignment));
            next = shard.End;
        }

        Assert.Equal(count, next);
    }
}
