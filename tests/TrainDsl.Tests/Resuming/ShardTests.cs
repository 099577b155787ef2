using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using TrainDsl.Batching;
using TrainDsl.Checkpoints;
using TrainDsl.Data;
using TrainDsl.Devices;
using TrainDsl.Monitoring;
using TrainDsl.Optimizers;
using TrainDsl.Parameters;
using TrainDsl.Tests.Checkpoints;
using Xunit;
using static TorchSharp.torch;

namespace TrainDsl.Tests.Resuming;

[Collection(AloneCollection.Name)]
public sealed class ShardTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(7)]
    public void Moments_are_spread_over_replicas_and_gathered_to_the_same_bytes(int replicas)
    {
        ResumedRun run = new() { Folder = _folder.File("checkpoints"), StopAfter = 10 };
        run.Train();
        CheckpointInfo checkpoint = new CheckpointStore(run.Folder).List().Good[0];
        using SafetensorsReader model = SafetensorsReader.Open(checkpoint.PathOf("model.safetensors"));
        using SafetensorsReader optimizer = SafetensorsReader.Open(checkpoint.PathOf("optimizer.safetensors"));
        List<IDisposable> parts = [];
        List<ReplicaState> states = [];
        List<ShardedMoments> optimizers = [];
        for (int rank = 0; rank < replicas; rank++)
        {
            ResumedModel replica = new();
            FlatParameters parameters = new(replica, DecayOnly.Matrices);
            ShardedMoments sharded = new(parameters, rank, replicas);
            optimizers.Add(sharded);
            states.Add(new ReplicaState(replica, parameters, sharded));
            parts.AddRange([replica, parameters, sharded]);
        }

        using RunTensors tensors = new(states, sharded: true);
        Assert.Empty(tensors.Differences(model, optimizer));
        ReplicaGroup.Run(replicas, member =>
        {
            states[member.Rank].Restore(model, optimizer, updates: 10);
            member.Barrier();
            tensors.Gathered!.Collect(states[member.Rank]);
            tensors.Gathered.Exchange(member, Shard.DefaultAlignment);
        });

        Assert.All(optimizers, static sharded => Assert.Equal(10, sharded.StepCount));
        Assert.Equal(
            optimizers[0].Parameters.Buffers[0].Values.numel(),
            optimizers.SelectMany(static sharded => ((IOptimizerState)sharded).Moments)
                .Where(static moment => moment.Name == "exp_avg")
                .Sum(static moment => moment.Values.numel()));
        foreach (CheckpointSnapshotFile file in tensors.Snapshot().Files)
        {
            using MemoryStream written = new();
            SafetensorsWriter.Write(written, file.Tensors, file.Metadata);
            Assert.Equal(File.ReadAllBytes(checkpoint.PathOf(file.Name)), written.ToArray());
        }

        parts.ForEach(static part => part.Dispose());
    }

    [Fact]
    public void A_run_of_two_replicas_takes_up_the_checkpoint_of_one_and_the_reverse()
    {
        string folder = _folder.File("checkpoints");
        new ResumedRun { Folder = folder, StopAfter = 10 }.Train();
        byte[] before = File.ReadAllBytes(Path.Combine(folder, "step-0000000010", "optimizer.safetensors"));
        ResumedRun described = new() { Folder = folder };
        RunDefinition definition = described.Definition(new BatchSequence(100, new BatchPlan(4, 2, 1, 2), dropLast: false));
        using (RunCheckpoints checkpoints = new(
            definition, described.Schedule, new TrainingOptions { CheckpointFolder = folder, Resume = Resume.Latest }, operations: null))
        {
            Assert.Equal(10, checkpoints.FirstStep);
            ReplicaGroup.Run(2, member =>
            {
                using ResumedModel replica = new();
                using FlatParameters parameters = new(replica, DecayOnly.Matrices);
                using ShardedMoments optimizer = new(parameters, member.Rank, 2);
                checkpoints.Attach(member, member.Rank, replica, parameters, optimizer);
                using RunMeterOf meter = new(definition, checkpoints.FirstStep);
                if (member.Rank == 0)
                {
                    checkpoints.Begin(meter.Meter);
                }

                meter.Meter.EndStep(0.0);
                optimizer.RestoreStepCount(11);
                checkpoints.AfterStep(member, member.Rank, 11, member.Rank == 0 ? meter.Meter : null);
                checkpoints.Finish(member, member.Rank, member.Rank == 0 ? meter.Meter : null);
                member.Barrier();
            });
        }

        Assert.Equal(before, File.ReadAllBytes(Path.Combine(folder, "step-0000000011", "optimizer.safetensors")));
        ResumedRun again = new() { Folder = folder, Resume = Resume.Latest };
        again.Train();
        Assert.Contains("after step 11", again.Notices.ToString(), StringComparison.Ordinal);
    }

    /// <summary>Figures of a run whose loop is not part of a test.</summary>
    private sealed class RunMeterOf : IDisposable
    {
        private readonly BatchPipeline _pipeline;

        public RunMeterOf(RunDefinition definition, long firstStep)
        {
            var sequence = new BatchSequence(definition.Samples, new BatchPlan(16, 1, 1, 1), dropLast: false);
            _pipeline = new BatchPipeline(
                new ResumedSamples(), sequence, new SampleOrder(definition.Samples, 0, shuffle: false), [CPU], 0, firstStep, definition.TotalSteps);
            Meter = new RunMeter(
                new RunInfo("test", definition.Plan, "cpu", 1, definition.Samples, definition.StepsPerEpoch, definition.TotalSteps, firstStep),
                [],
                _pipeline.Lanes[0],
                members: null);
        }

        public RunMeter Meter { get; }

        public void Dispose()
        {
            Meter.EndRun();
            Meter.Dispose();
            _pipeline.Dispose();
        }
    }
}
