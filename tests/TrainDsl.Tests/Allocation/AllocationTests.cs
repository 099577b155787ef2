using System;
using System.Linq;
using TorchSharp;
using TrainDsl.Batching;
using TrainDsl.Data;
using TrainDsl.Evaluation;
using TrainDsl.Stepping;
using Xunit;

namespace TrainDsl.Tests.Allocation;

/// <summary>The promise of no managed allocation per step: what a step allocates is what the user's own forward pass and loss allocate.</summary>
public sealed class AllocationTests
{
    // Enough for tiered compilation, lazy statics and hash sets to have grown.
    private const int WarmupSteps = 100;

    private delegate void Forward(Probe model, in ProbeSamples.Batch batch);

    [Fact]
    public void AdamWWithClippingAndAccumulationAllocatesNothing()
    {
        var recorder = new AllocationRecorder();
        using var training = new ClippedAccumulation(new ProbeSamples());
        training.Run(new TrainingOptions { Monitors = [recorder] });

        AssertNothingBeyond(ForwardAlone(ClippedAccumulation.ForwardAlone), microBatches: 4, recorder);
    }

    [Fact]
    public void SgdAllocatesNothing()
    {
        var recorder = new AllocationRecorder();
        using var training = new PlainSgd(new ProbeSamples());
        training.Run(new TrainingOptions { Monitors = [recorder] });

        AssertNothingBeyond(ForwardAlone(PlainSgd.ForwardAlone), microBatches: 1, recorder);
    }

    [Fact]
    public void WeightedLossAllocatesNothing()
    {
        var recorder = new AllocationRecorder();
        using var training = new WeightedAccumulation(new ProbeSamples());
        training.Run(new TrainingOptions { Monitors = [recorder] });

        AssertNothingBeyond(ForwardAlone(WeightedAccumulation.ForwardAlone), microBatches: 4, recorder);
    }

    [Fact]
    public void TwoReplicasAllocateNothing()
    {
        var recorder = new AllocationRecorder();
        using var training = new ClippedAccumulation(new ProbeSamples());
        training.Run(new TrainingOptions { Monitors = [recorder], Device = DeviceType.CPU, Devices = 2 });

        AssertNothingBeyond(ForwardAlone(ClippedAccumulation.ForwardAlone), microBatches: 2, recorder);
    }

    [Fact]
    public void TheSecondReplicaAllocatesNothing()
    {
        using var training = new CountedReplicas(new ProbeSamples());
        training.Run(new TrainingOptions { Monitors = [], Device = DeviceType.CPU });

        ReadOnlySpan<long> passes = CountedReplicas.Bytes;
        long forwardBytes = ForwardAlone(ClippedAccumulation.ForwardAlone);
        int others = 0;
        for (int pass = WarmupSteps; pass < passes.Length; pass++)
        {
            others += passes[pass] - passes[pass - 1] == forwardBytes ? 0 : 1;
        }

        Assert.Equal(CountedReplicas.EpochCount * 7 * 2, passes.Length);

        // The end of an epoch reports it, which allocates.
        Assert.InRange(others, 0, CountedReplicas.EpochCount);
    }

    [Fact]
    public void LoaderAllocatesNothing()
    {
        var dataset = new ProbeSamples();
        var sequence = new BatchSequence(dataset.Count, new BatchPlan(8, 1, 1, 4), dropLast: false);
        const long EndStep = 2000;
        using var pipeline = new BatchPipeline(dataset, sequence, new SampleOrder(dataset.Count, 0, shuffle: true), [torch.CPU], 0, 0, EndStep);
        long afterWarmup = 0;
        for (long step = 0; step < EndStep; step++)
        {
            pipeline.Lanes[0].NextGlobalBatch(out int microBatches);
            for (int microBatch = 0; microBatch < microBatches; microBatch++)
            {
                pipeline.Lanes[0].NextMicroBatch();
            }

            if (step == WarmupSteps)
            {
                afterWarmup = pipeline.LoaderAllocations;
            }
        }

        Assert.Equal(afterWarmup, pipeline.LoaderAllocations);
    }

    private static void AssertNothingBeyond(long forwardBytes, int microBatches, AllocationRecorder recorder)
    {
        long[] steps = [.. recorder.BytesPerStep.Skip(WarmupSteps)];
        Assert.NotEmpty(steps);
        Assert.All(steps, bytes => Assert.Equal(forwardBytes * microBatches, bytes));
    }

    /// <summary>The bytes that one forward pass and loss allocate on this thread.</summary>
    private static long ForwardAlone(Forward forward)
    {
        using var model = new Probe();
        using var pass = new EvaluationPass(new ProbeSamples(), microBatch: 8, torch.CPU);
        using var scope = new StepScope();
        Assert.True(pass.TryNext(out BatchTensors? tensors));
        var batch = new ProbeSamples.Batch(tensors);
        var bytes = new long[300];
        for (int repetition = 0; repetition < bytes.Length; repetition++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            scope.Begin(tensors);
            forward(model, in batch);
            scope.Clear();
            bytes[repetition] = GC.GetAllocatedBytesForCurrentThread() - before;
        }

        Array.Sort(bytes, WarmupSteps, bytes.Length - WarmupSteps);
        return bytes[(WarmupSteps + bytes.Length) / 2];
    }
}
