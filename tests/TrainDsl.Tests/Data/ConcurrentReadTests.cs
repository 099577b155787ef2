using System.Threading;
using TorchSharp;
using TrainDsl.Batching;
using TrainDsl.Data;
using TrainDsl.Evaluation;
using Xunit;
using static TorchSharp.torch;

namespace TrainDsl.Tests.Data;

public sealed class ConcurrentReadTests
{
    /// <summary>A dataset that is trained on and evaluated at once is still read by one thread at a time.</summary>
    [Fact]
    public void OneDatasetIsReadByOneThreadAtATime()
    {
        var dataset = new WatchedDataset();
        using var training = new BatchPipeline(
            dataset, new BatchSequence(dataset.Count, new BatchPlan(4, 1, 1, 1), dropLast: false), new SampleOrder(dataset.Count, 0, shuffle: false),
            [CPU], firstReplica: 0, firstStep: 0, endStep: 200);
        using var evaluation = new EvaluationPass(dataset, microBatch: 4, CPU);
        for (int step = 0; step < 200; step++)
        {
            training.Lanes[0].NextMicroBatch();
            evaluation.TryNext(out _);
        }

        Assert.Equal(0, dataset.Overlaps);
    }

    /// <summary>Several replicas, each on its own thread and at its own changing pace, beside a reader that stalls.</summary>
    [Fact]
    public void LanesOnTheirOwnThreadsGetTheirMicroBatches()
    {
        const int Lanes = 3;
        const int Steps = 400;
        var order = new SampleOrder(100, seed: 2, shuffle: true);
        var sequence = new BatchSequence(100, new BatchPlan(2, Lanes, 1, 3), dropLast: false);
        using var pipeline = new BatchPipeline(
            new StallingDataset(100), sequence, order, [CPU, CPU, CPU], firstReplica: 0, firstStep: 0, Steps);
        using var stepEnds = new Barrier(Lanes);
        var wrong = new int[Lanes];
        var threads = new Thread[Lanes];
        for (int replica = 0; replica < Lanes; replica++)
        {
            int mine = replica;
            threads[mine] = new Thread(() => wrong[mine] = Consume(pipeline.Lanes[mine], sequence, order, mine, Steps, stepEnds));
            threads[mine].Start();
        }

        foreach (Thread thread in threads)
        {
            Assert.True(thread.Join(60_000), "A replica waits for data that does not come.");
        }

        Assert.Equal([0, 0, 0], wrong);
    }

    private static int Consume(BatchLane lane, BatchSequence sequence, SampleOrder order, int replica, int steps, Barrier stepEnds)
    {
        var random = new System.Random(replica);
        int wrong = 0;
        for (int step = 0; step < steps; step++)
        {
            GlobalBatch batch = lane.NextGlobalBatch(out int microBatches);
            for (int microBatch = 0; microBatch < microBatches; microBatch++)
            {
                BatchTensors tensors = lane.NextMicroBatch();
                (long start, int samples) = sequence.MicroBatchOf(batch, replica, microBatch);
                wrong += tensors.Count == samples ? 0 : 1;
                for (int sample = 0; sample < tensors.Count; sample++)
                {
                    wrong += tensors.SampleIndices[sample] == order[batch.Epoch, start + sample] ? 0 : 1;
                }

                if (random.Next(40) == 0)
                {
                    Thread.Sleep(1);
                }
            }

            // As the reduction of gradients does.
            stepEnds.SignalAndWait();
        }

        return wrong;
    }

    private sealed class WatchedDataset : IColumnDataset
    {
        private int _readers;

        public int Overlaps { get; private set; }

        public long Count => 800;

        public ColumnLayout Layout { get; } = new(new Column("Index", ScalarType.Int64, sizeof(long)));

        public void ReadRow(long index, in RowMemory row)
        {
            if (Interlocked.Increment(ref _readers) != 1)
            {
                Overlaps++;
            }

            Thread.SpinWait(300);
            row.Scalar<long>(0) = index;
            Interlocked.Decrement(ref _readers);
        }
    }

    private sealed class StallingDataset(long count) : IColumnDataset
    {
        private readonly System.Random _random = new(9);

        public long Count => count;

        public ColumnLayout Layout { get; } = new(new Column("Index", ScalarType.Int64, sizeof(long)));

        public void ReadRow(long index, in RowMemory row)
        {
            row.Scalar<long>(0) = index;
            if (_random.Next(200) == 0)
            {
                Thread.Sleep(1);
            }
        }
    }
}
