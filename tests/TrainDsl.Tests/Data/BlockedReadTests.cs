using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Threading;
using TorchSharp;
using TrainDsl.Batching;
using TrainDsl.Data;
using TrainDsl.Tests.Checkpoints;
using TrainDsl.Tests.Monitoring;
using Xunit;
using static TorchSharp.torch;

namespace TrainDsl.Tests.Data;

/// <summary>A run ends although a dataset's Read does not return. How long it waits is bounded by the options; no test depends on how long that is.</summary>
public sealed class BlockedReadTests : IDisposable
{
    private const int BlockedSample = 11;
    private static readonly TimeSpan s_patience = TimeSpan.FromMilliseconds(20);

    public void Dispose() => BlockedTraining.AtSample8 = static _ => { };

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void AFailureEndsTheRunWithACheckpoint(int devices)
    {
        using var folder = new TemporaryFolder();
        using var gate = new ManualResetEventSlim();
        using var training = new BlockedTraining(new BlockingSamples(gate));
        var failing = new StepAction(2, () =>
        {
            training.Dataset.Blocked.Wait();
            throw new InvalidOperationException("The monitor failed.");
        });

        Exception failure = Assert.ThrowsAny<Exception>(() => training.Run(Options(folder, devices) with { Monitors = [failing] }));

        Assert.Contains("The monitor failed.", failure.ToString(), StringComparison.Ordinal);
        Assert.Equal(["step-0000000002"], CheckpointsIn(folder));
        gate.Set();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void CancellingARunThatWaitsForASampleEndsItWithACheckpointAndNamesTheSample(int devices)
    {
        using var folder = new TemporaryFolder();
        using var gate = new ManualResetEventSlim();
        using var cancellation = new CancellationTokenSource();
        using var training = new BlockedTraining(new BlockingSamples(gate));
        BlockedTraining.AtSample8 = _ => CancelOnceItBlocks(training.Dataset, cancellation);

        var failure = Assert.Throws<DatasetException>(() => training.Run(Options(folder, devices), cancellation.Token));

        Assert.Equal(BlockedSample, failure.SampleIndex);
        Assert.Contains("sample 11", failure.Message, StringComparison.Ordinal);
        Assert.NotEmpty(CheckpointsIn(folder));
        gate.Set();
    }

    [Fact]
    public void CancellingAnEvaluationThatWaitsForASampleEndsTheRun()
    {
        using var folder = new TemporaryFolder();
        using var gate = new ManualResetEventSlim();
        using var cancellation = new CancellationTokenSource();
        using var open = new ManualResetEventSlim(true);
        using var training = new BlockedTraining(new BlockingSamples(open));
        var validation = new BlockingSamples(gate);
        BlockedTraining.AtSample8 = trains =>
        {
            if (!trains)
            {
                CancelOnceItBlocks(validation, cancellation);
            }
        };

        var failure = Assert.Throws<DatasetException>(() => training.Run(Options(folder, 1) with { Validation = validation }, cancellation.Token));

        Assert.Equal(BlockedSample, failure.SampleIndex);
        gate.Set();
    }

    /// <summary>What the loader left behind is told, and its memory is released once Read returns.</summary>
    [Fact]
    public void APipelineNamesTheSampleThatItLeaves()
    {
        using var gate = new ManualResetEventSlim();
        var told = new List<string>();
        var dataset = new BlockingSamples(gate);
        var pipeline = new BatchPipeline(
            dataset, new BatchSequence(dataset.Count, new BatchPlan(4, 1, 1, 1), dropLast: false), new SampleOrder(16, 0, shuffle: false), [CPU],
            firstReplica: 0, firstStep: 0, endStep: 4) { LeftReading = told.Add };
        pipeline.EndWith(s_patience, CancellationToken.None);
        Tensor first = pipeline.Lanes[0].NextMicroBatch()[0];
        dataset.Blocked.Wait();

        pipeline.Dispose();

        Assert.Contains("sample 11", Assert.Single(told), StringComparison.Ordinal);
        Assert.False(first.IsInvalid);
        gate.Set();
        SpinWait.SpinUntil(() => first.IsInvalid);
    }

    // The micro-batch after that of sample 8 is waited for next.
    private static void CancelOnceItBlocks(BlockingSamples dataset, CancellationTokenSource cancellation)
    {
        dataset.Blocked.Wait();
        cancellation.Cancel();
    }

    private static string[] CheckpointsIn(TemporaryFolder folder) =>
        [.. Directory.EnumerateDirectories(folder.Path, "step-*").Select(static path => Path.GetFileName(path))];

    private static TrainingOptions Options(TemporaryFolder folder, int devices) => new()
    {
        Monitors = [],
        CheckpointFolder = folder.Path,
        Device = DeviceType.CPU,
        Devices = devices,
        ReadTimeout = s_patience,
    };
}

[Column<float>("X", 1)]
public sealed partial class BlockingSamples(ManualResetEventSlim gate) : IDataset
{
    /// <summary>Set when a Read blocks.</summary>
    public ManualResetEventSlim Blocked { get; } = new();

    public long Count => 16;

    public partial void Read(long index, in Row row)
    {
        if (index == 11)
        {
            Blocked.Set();
            gate.Wait();
        }

        row.X[0] = index;
    }
}

[Training]
[Model<Allocation.Probe>]
[Dataset<BlockingSamples>(Shuffle = false)]
[GlobalBatch(4)]
[MicroBatch(2)]
[Epochs(2)]
[Sgd]
[Checkpoint(EveryEpochs = 1)]
public sealed partial class BlockedTraining
{
    public BlockingSamples Dataset => _dataset;

    /// <summary>What happens in the loss of sample 8's micro-batch, told whether it is trained on.</summary>
    public static System.Action<bool> AtSample8 { get; set; } = static _ => { };

    [Loss]
    private static Tensor Loss(Allocation.Probe model, in BlockingSamples.Batch batch)
    {
#pragma warning disable TDSL0901 // On the CPU, and the test is about these samples.
        bool isOfSample8 = batch.X.data<float>()[0] == 8.0f;
#pragma warning restore TDSL0901
        if (isOfSample8)
        {
            AtSample8(model.training);
        }

        return model.call(batch.X.expand(-1, 6)).pow(2).mean();
    }
}
