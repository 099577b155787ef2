using System;
using System.Collections.Generic;
using System.Linq;
using TrainDsl.Batching;
using TrainDsl.Data;
using Xunit;

namespace TrainDsl.Tests.Data;

public sealed class BatchSequenceTests
{
    public static TheoryData<long, long, long, long> FactorisationsOf64
    {
        get
        {
            var data = new TheoryData<long, long, long, long>();
            long[] powers = [1, 2, 4, 8, 16, 32, 64];
            foreach (long micro in powers)
            {
                foreach (long devices in powers)
                {
                    foreach (long nodes in powers)
                    {
                        if (64 % (micro * devices * nodes) == 0)
                        {
                            data.Add(micro, devices, nodes, 64 / (micro * devices * nodes));
                        }
                    }
                }
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(FactorisationsOf64))]
    public void AGlobalBatchHoldsTheSamePositionsWhateverMakesItUp(long micro, long devices, long nodes, long accumulation)
    {
        var sequence = new BatchSequence(150, new BatchPlan(micro, devices, nodes, accumulation), dropLast: false);

        Assert.Equal(3, sequence.StepsPerEpoch);
        Assert.Equal(Range(0, 64), PositionsOf(sequence, 0));
        Assert.Equal(Range(64, 64), PositionsOf(sequence, 1));
        Assert.Equal(Range(128, 22), PositionsOf(sequence, 2));
        Assert.Equal(Range(0, 64), PositionsOf(sequence, 3));
    }

    [Fact]
    public void PartialGlobalBatchIsKeptOrDropped()
    {
        var plan = new BatchPlan(32, 1, 1, 2);
        var kept = new BatchSequence(150, plan, dropLast: false);
        var dropped = new BatchSequence(150, plan, dropLast: true);

        Assert.Equal((3, 150), (kept.StepsPerEpoch, kept.SamplesPerEpoch));
        Assert.Equal((2, 128), (dropped.StepsPerEpoch, dropped.SamplesPerEpoch));
        Assert.True(dropped.GlobalBatchOf(1).EndsEpoch);
        Assert.Equal(22, kept.GlobalBatchOf(5).Samples);
    }

    [Theory]
    [InlineData(10L, null, 30L)]
    [InlineData(null, 7L, 7L)]
    [InlineData(10L, 7L, 7L)]
    [InlineData(2L, 7L, 6L)]
    [InlineData(long.MaxValue, null, long.MaxValue)]
    public void RunEndsAtWhicheverComesFirst(long? epochs, long? maxSteps, long expected)
    {
        Assert.Equal(expected, new BatchSequence(150, new BatchPlan(64, 1, 1, 1), dropLast: false).TotalSteps(epochs, maxSteps));
    }

    [Fact]
    public void UnboundedRunIsRefused() =>
        Assert.Throws<ArgumentException>(() => new BatchSequence(150, new BatchPlan(64, 1, 1, 1), dropLast: false).TotalSteps(null, null));

    [Theory]
    [InlineData(0)]
    [InlineData(63)]
    public void TooSmallADatasetIsRefusedWithTheSizes(long count)
    {
        var refused = Assert.Throws<DatasetException>(() => new BatchSequence(count, new BatchPlan(64, 1, 1, 1), dropLast: false));
        Assert.Contains(count.ToString(), refused.Message, StringComparison.Ordinal);
        Assert.Contains("64", refused.Message, StringComparison.Ordinal);
    }

    private static List<long> PositionsOf(BatchSequence sequence, long step)
    {
        var positions = new List<long>();
        GlobalBatch batch = sequence.GlobalBatchOf(step);
        for (long replica = 0; replica < sequence.Plan.Replicas; replica++)
        {
            int microBatches = 0;
            for (long accumulationStep = 0; accumulationStep < sequence.Plan.Accumulation; accumulationStep++)
            {
                (long start, int samples) = sequence.MicroBatchOf(batch, replica, accumulationStep);
                microBatches += samples > 0 ? 1 : 0;
                positions.AddRange(Range(start, samples));
            }

            Assert.Equal(microBatches, sequence.MicroBatchesOf(batch, replica));
        }

        positions.Sort();
        return positions;
    }

    private static IEnumerable<long> Range(long start, int count) => Enumerable.Range(0, count).Select(offset => start + offset);
}
