using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using TorchSharp;
using TrainDsl.Batching;
using TrainDsl.Data;
using Xunit;

namespace TrainDsl.Tests.Data;

public sealed class BatchPipelineTests
{
    [Fact]
    public void MicroBatchesHoldTheSamplesOfTheirPositions()
    {
        var dataset = new CountingDataset(50);
        var order = new SampleOrder(50, seed: 3, shuffle: true);
        using BatchPipeline pipeline = Start(dataset, new BatchPlan(4, 1, 1, 4), order, steps: 8);

        for (long step = 0; step < 8; step++)
        {
            var seen = new List<long>();
            GlobalBatch batch = pipeline.Lanes[0].NextGlobalBatch(out int microBatches);
            for (int microBatch = 0; microBatch < microBatches; microBatch++)
            {
                BatchTensors tensors = pipeline.Lanes[0].NextMicroBatch();
                Assert.Equal([tensors.Count], tensors[0].shape);
                Assert.Equal([tensors.Count, 2], tensors[1].shape);
                long[] indices = tensors[0].data<long>().ToArray();
                Assert.Equal(indices, tensors.SampleIndices.ToArray());
                Assert.Equal(indices.SelectMany(static i => new float[] { i, -i }), tensors[1].data<float>().ToArray());
                seen.AddRange(indices);
            }

            Assert.Equal(Enumerable.Range(0, (int)batch.Samples).Select(position => order[batch.Epoch, batch.Start + position]), seen);
        }
    }

    [Fact]
    public void SeveralLanesShareTheGlobalBatch()
    {
        using var pipeline = new BatchPipeline(
            new CountingDataset(40), new BatchSequence(40, new BatchPlan(2, 3, 1, 2), dropLast: false), new SampleOrder(40, 0, shuffle: false),
            [torch.CPU, torch.CPU, torch.CPU], firstReplica: 0, firstStep: 0, endStep: 4);
        var seen = new List<long>();
        for (int step = 0; step < 4; step++)
        {
            foreach (BatchLane lane in pipeline.Lanes)
            {
                lane.NextGlobalBatch(out int microBatches);
                for (int microBatch = 0; microBatch < microBatches; microBatch++)
                {
                    seen.AddRange(lane.NextMicroBatch()[0].data<long>().ToArray());
                }
            }
        }

        Assert.Equal(Enumerable.Range(0, 40).Select(static i => (long)i), seen.Order());
    }

    [Fact]
    public void AFailingSampleEndsTheRunAfterThoseBeforeIt()
    {
        using BatchPipeline pipeline = Start(
            new CountingDataset(100, failsAt: 41), new BatchPlan(8, 1, 1, 1), new SampleOrder(100, 0, shuffle: false), steps: 12);

        for (int step = 0; step < 5; step++)
        {
            pipeline.Lanes[0].NextGlobalBatch(out _);
            Assert.Equal(step * 8, pipeline.Lanes[0].NextMicroBatch().SampleIndices[0]);
        }

        var failure = Assert.Throws<DatasetException>(() => pipeline.Lanes[0].NextMicroBatch());
        Assert.Equal(41, failure.SampleIndex);
        Assert.Contains("41", failure.Message, StringComparison.Ordinal);
        Assert.Contains("The file is gone.", failure.Message, StringComparison.Ordinal);
        Assert.IsType<InvalidOperationException>(failure.InnerException);
    }

    [Fact]
    public void AskingPastTheEndIsAnError()
    {
        using BatchPipeline pipeline = Start(new CountingDataset(8), new BatchPlan(8, 1, 1, 1), new SampleOrder(8, 0, shuffle: false), steps: 1);
        pipeline.Lanes[0].NextGlobalBatch(out _);
        pipeline.Lanes[0].NextMicroBatch();

        Assert.Throws<InvalidOperationException>(() => pipeline.Lanes[0].NextMicroBatch());
    }

    [Fact]
    public void DisposingStopsALoaderThatWaits()
    {
        BatchPipeline pipeline = Start(new CountingDataset(1000), new BatchPlan(8, 1, 1, 1), new SampleOrder(1000, 0, shuffle: true), steps: 1_000_000);
        pipeline.Lanes[0].NextGlobalBatch(out _);
        pipeline.Lanes[0].NextMicroBatch();
        var disposal = new Thread(pipeline.Dispose);
        disposal.Start();

        Assert.True(disposal.Join(TimeSpan.FromSeconds(30)), "The loader did not stop.");
    }

    /// <summary>Every interleaving of a slow loader and a slow loop hands out each micro-batch once, in order.</summary>
    [Fact]
    public void NothingIsLostWhicheverSideIsSlow()
    {
        var random = new Random(5);
        using BatchPipeline pipeline = Start(new CountingDataset(64), new BatchPlan(1, 1, 1, 1), new SampleOrder(64, 0, shuffle: false), steps: 20_000);
        for (long step = 0; step < 20_000; step++)
        {
            pipeline.Lanes[0].NextGlobalBatch(out _);
            Assert.Equal(step % 64, pipeline.Lanes[0].NextMicroBatch().SampleIndices[0]);
            if (random.Next(400) == 0)
            {
                Thread.Sleep(random.Next(3));
            }
        }
    }

    [Fact]
    public void ARunMayBeginInTheMiddle()
    {
        using var pipeline = new BatchPipeline(
            new CountingDataset(30), new BatchSequence(30, new BatchPlan(10, 1, 1, 1), dropLast: false), new SampleOrder(30, 0, shuffle: false),
            [torch.CPU], firstReplica: 0, firstStep: 4, endStep: 6);

        GlobalBatch batch = pipeline.Lanes[0].NextGlobalBatch(out _);
        Assert.Equal((1, 1), (batch.Epoch, batch.StepInEpoch));
        Assert.Equal(10, pipeline.Lanes[0].NextMicroBatch().SampleIndices[0]);
    }

    private static BatchPipeline Start(CountingDataset dataset, BatchPlan plan, SampleOrder order, long steps) =>
        new(dataset, new BatchSequence(dataset.Count, plan, dropLast: false), order, [torch.CPU], firstReplica: 0, firstStep: 0, steps);
}
