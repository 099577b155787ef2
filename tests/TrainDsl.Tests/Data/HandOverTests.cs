using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using TrainDsl.Batching;
using TrainDsl.Data;
using TrainDsl.Stepping;
using Xunit;
using static TorchSharp.torch;

namespace TrainDsl.Tests.Data;

/// <summary>Reading that is small beside training is taken over by the thread that trains, and given back where it is not small any more.</summary>
/// <remarks>What reading and training take is told to a clock of each thread, and the loop goes on once the loader sleeps: no test depends on time.</remarks>
public sealed class HandOverTests : IDisposable
{
    private const int Samples = 64;
    private const long TrainingTicks = 1000;
    private const long SlowTicks = 800;

    private readonly ThreadClock _clock = new();

    public void Dispose() => _clock.Dispose();

    [Fact]
    public void TheTrainingThreadReadsWhatIsCheap()
    {
        var dataset = new WatchedDataset();
        using BatchPipeline pipeline = Start(dataset, steps: 400);
        using var scope = new StepScope();

        Assert.Equal(InOrder(400), Train(pipeline, 400));

        Assert.NotEqual(Environment.CurrentManagedThreadId, dataset.Readers[0]);
        Assert.Equal(Environment.CurrentManagedThreadId, dataset.Readers[^1]);
    }

    [Fact]
    public void TheLoaderReadsWhatIsNotCheap()
    {
        var dataset = new WatchedDataset { Reading = _ => _clock.Advance(SlowTicks) };
        using BatchPipeline pipeline = Start(dataset, steps: 60);
        using var scope = new StepScope();

        Assert.Equal(InOrder(60), Train(pipeline, 60));

        Assert.DoesNotContain(Environment.CurrentManagedThreadId, dataset.Readers);
    }

    [Fact]
    public void ReadingGoesBackToTheLoaderWhereItBecomesSlow()
    {
        int slowFrom = int.MaxValue;
        WatchedDataset dataset = null!;
        dataset = new WatchedDataset { Reading = _ => _clock.Advance(dataset.Readers.Count > slowFrom ? SlowTicks : 1) };
        using BatchPipeline pipeline = Start(dataset, steps: 600);
        using var scope = new StepScope();

        List<long> seen = Train(pipeline, 300);
        Assert.Equal(Environment.CurrentManagedThreadId, dataset.Readers[^1]);
        slowFrom = dataset.Readers.Count;
        seen.AddRange(Train(pipeline, 300));

        Assert.Equal(InOrder(600), seen);
        Assert.NotEqual(Environment.CurrentManagedThreadId, dataset.Readers[^1]);
    }

    [Fact]
    public void TheLoaderReadsWhereTheLoopHasNoScopeForWhatReadingMakes()
    {
        var dataset = new WatchedDataset();
        using BatchPipeline pipeline = Start(dataset, steps: 200);

        Assert.Equal(InOrder(200), Train(pipeline, 200));

        Assert.DoesNotContain(Environment.CurrentManagedThreadId, dataset.Readers);
    }

    [Fact]
    public void TensorsThatReadMakesAreDisposedOnEitherThread()
    {
        var made = new List<Tensor>();
        using BatchPipeline pipeline = Start(new WatchedDataset { Reading = _ => made.Add(ones(1)) }, steps: 400);
        using var scope = new StepScope();

        Train(pipeline, 400);

        Assert.Equal(400, made.Count);
        Assert.All(made, static tensor => Assert.True(tensor.IsInvalid));
    }

    [Fact]
    public void ATensorThatTheDatasetDetachesIsItsOwnOnEitherThread()
    {
        var kept = new List<Tensor>();
        using BatchPipeline pipeline = Start(new WatchedDataset { Reading = _ => kept.Add(ones(1).DetachFromDisposeScope()) }, steps: 400);
        using var scope = new StepScope();

        Train(pipeline, 400, scope.Clear);

        Assert.Equal(400, kept.Count);
        Assert.DoesNotContain(kept, static tensor => tensor.IsInvalid);
        kept.ForEach(static tensor => tensor.Dispose());
    }

    [Fact]
    public void AFailureNamesItsSample()
    {
        int failsFrom = int.MaxValue;
        WatchedDataset dataset = null!;
        dataset = new WatchedDataset
        {
            Reading = index =>
            {
                if (dataset.Readers.Count >= failsFrom && index == 41)
                {
                    throw new InvalidOperationException("The file is gone.");
                }
            },
        };
        using BatchPipeline pipeline = Start(dataset, steps: 1000);
        using var scope = new StepScope();
        Train(pipeline, 320);
        Assert.Equal(Environment.CurrentManagedThreadId, dataset.Readers[^1]);
        failsFrom = dataset.Readers.Count;

        Assert.Equal(41, Assert.Throws<DatasetException>(() => Train(pipeline, 100)).SampleIndex);
        Assert.Equal(41, Assert.Throws<DatasetException>(() => pipeline.Lanes[0].NextMicroBatch()).SampleIndex);
    }

    [Fact]
    public void AskingPastTheEndIsAnError()
    {
        var dataset = new WatchedDataset();
        using BatchPipeline pipeline = Start(dataset, steps: 400);
        using var scope = new StepScope();
        Train(pipeline, 400);
        Assert.Equal(Environment.CurrentManagedThreadId, dataset.Readers[^1]);

        Assert.Throws<InvalidOperationException>(() => pipeline.Lanes[0].NextMicroBatch());
    }

    private BatchPipeline Start(WatchedDataset dataset, long steps)
    {
        dataset.Clock = _clock;
        return new BatchPipeline(
            dataset, new BatchSequence(Samples, new BatchPlan(1, 1, 1, 1), dropLast: false), new SampleOrder(Samples, 0, shuffle: false),
            [CPU], firstReplica: 0, firstStep: 0, steps, new ReadingCost(_clock, trainsOnEveryCore: true), long.MaxValue);
    }

    private List<long> Train(BatchPipeline pipeline, int steps, Action? afterStep = null)
    {
        var seen = new List<long>();
        for (int step = 0; step < steps; step++)
        {
            pipeline.Lanes[0].NextGlobalBatch(out _);
            seen.Add(pipeline.Lanes[0].NextMicroBatch().SampleIndices[0]);
            _clock.Advance(TrainingTicks);
            SpinWait.SpinUntil(() => pipeline.Lanes[0].LoaderRests);
            afterStep?.Invoke();
        }

        return seen;
    }

    private static IEnumerable<long> InOrder(int steps) => Enumerable.Range(0, steps).Select(static step => (long)step % Samples);

    private sealed class WatchedDataset : IColumnDataset
    {
        public Action<long> Reading { get; init; } = static _ => { };

        /// <summary>Told that each read takes a tick.</summary>
        public ThreadClock? Clock { get; set; }

        /// <summary>The thread of each read, in order. Written by one thread at a time, and read by the test when none reads.</summary>
        public List<int> Readers { get; } = [];

        public long Count => Samples;

        public ColumnLayout Layout { get; } = new(new Column("Index", ScalarType.Int64, sizeof(long)));

        public void ReadRow(long index, in RowMemory row)
        {
            Clock?.Advance(1);
            Reading(index);
            Readers.Add(Environment.CurrentManagedThreadId);
            row.Scalar<long>(0) = index;
        }
    }
}
