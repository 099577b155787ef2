using System;
using System.Threading;
using TorchSharp;
using TrainDsl.Batching;
using TrainDsl.Checkpoints;
using TrainDsl.Data;
using Xunit;
using static TorchSharp.torch;

namespace TrainDsl.Tests.Data;

/// <summary>A run that is resumed gives the generator the checkpoint's state while the first samples are read: reading leaves it that one.</summary>
[Collection(AloneCollection.Name)]
public sealed class GeneratorGivenWhileReadingTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_state_that_is_brought_back_while_a_sample_is_read_stays(bool draws)
    {
        manual_seed(1);
        using Tensor drawn = rand(100);
        byte[] resumed = RandomState.Capture();
        manual_seed(2);
        var dataset = new PausedSamples(draws);
        var plan = new BatchPlan(4, 1, 1, 1);
        using var pipeline = new BatchPipeline(
            dataset, new BatchSequence(dataset.Count, plan, dropLast: false), new SampleOrder(dataset.Count, 0, shuffle: false), [CPU], 0, 0, 2);
        dataset.Reads.Wait();

        RandomState.Restore(resumed);
        dataset.GoesOn.Set();
        pipeline.Lanes[0].NextGlobalBatch(out _);
        pipeline.Lanes[0].NextMicroBatch();

        Assert.Equal(resumed, RandomState.Capture());
    }
}

/// <summary>Its first sample is read once it may go on.</summary>
[Column<float>("X", 2)]
internal sealed partial class PausedSamples(bool draws) : IDataset
{
    public ManualResetEventSlim Reads { get; } = new();

    public ManualResetEventSlim GoesOn { get; } = new();

    public long Count => 8;

    public partial void Read(long index, in Row row)
    {
        Reads.Set();
        GoesOn.Wait();
#pragma warning disable TDSL0316 // That a run sees the draw is what the test is about.
        row.X[0] = draws ? rand(1).item<float>() : 1f;
#pragma warning restore TDSL0316
    }
}
