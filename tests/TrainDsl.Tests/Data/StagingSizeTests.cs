using System;
using TorchSharp;
using TrainDsl.Batching;
using TrainDsl.Data;
using TrainDsl.Faults;
using Xunit;
using static TorchSharp.torch;

namespace TrainDsl.Tests.Data;

/// <summary>Memory for samples is computed before it is allocated.</summary>
public sealed class StagingSizeTests
{
    private const long GiB = 1L << 30;

    private static readonly ColumnLayout s_huge = new(
        new Column("Label", ScalarType.Int64, sizeof(long)), new Column("Volume", ScalarType.Float32, sizeof(float), 1000, 1000, 1000));

    [Fact]
    public void HugeRowsAreRefusedWithColumnSizesAndWhatWouldFit()
    {
        var refused = Assert.Throws<DatasetException>(() => new StagingSize(s_huge, microBatch: 4, replicas: 1).Slots(16 * GiB));

        Assert.Equal(
            "Reading needs 29.8 GiB of memory: 2 micro-batches of 4 samples, 3.7 GiB a sample; 16.0 GiB are available. "
            + "The largest column is Volume, 3.7 GiB a sample. A micro-batch of 2 would fit.",
            refused.Message);
        Assert.True(OutOfMemory.Is(refused));
    }

    [Fact]
    public void WhatNoMicroBatchFitsIsSaid()
    {
        var refused = Assert.Throws<DatasetException>(() => new StagingSize(s_huge, microBatch: 1, replicas: 3).Slots(4 * GiB));

        Assert.Contains("2 micro-batches of 1 samples x 3 replicas", refused.Message, StringComparison.Ordinal);
        Assert.Contains("Not even a micro-batch of 1", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(64, 16)]
    [InlineData(400_000, 4)]
    public void SmallMicroBatchesGetMoreSlots(int elements, int slots) =>
        Assert.Equal(slots, new StagingSize(Floats(elements), microBatch: 32, replicas: 1).Slots(GiB));

    [Theory]
    [InlineData(400_000_000, 4)]
    [InlineData(399_999_999, 3)]
    [InlineData(299_999_999, 2)]
    public void ShortMemoryGetsFewerSlots(long available, int slots) =>
        Assert.Equal(slots, new StagingSize(Floats(1_000_000), microBatch: 25, replicas: 1).Slots(available));

    [Fact]
    public void ALargeMicroBatchOfLargeRowsDoesNotOverflow()
    {
        var refused = Assert.Throws<DatasetException>(() => new StagingSize(s_huge, int.MaxValue, replicas: 64).Slots(long.MaxValue));
        Assert.Contains("EiB", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void APipelineThatDoesNotFitAllocatesNothing() =>
        Assert.Throws<DatasetException>(() => new BatchPipeline(
            new CountingDataset(8), new BatchSequence(8, new BatchPlan(4, 1, 1, 1), dropLast: false), new SampleOrder(8, 0, shuffle: false), [CPU],
            firstReplica: 0, firstStep: 0, endStep: 2, new ReadingCost(TimeProvider.System), availableMemory: 4 * 16));

    [Fact]
    public void WhatIsAvailableIsKnown() => Assert.InRange(AvailableMemory.Bytes, 1, GC.GetGCMemoryInfo().TotalAvailableMemoryBytes);

    private static ColumnLayout Floats(int elements) => new(new Column("X", ScalarType.Float32, sizeof(float), elements));
}
