using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Runtime.InteropServices;
using TrainDsl.Checkpoints;
using TrainDsl.Data;
using TrainDsl.Tests.Checkpoints;
using Xunit;

namespace TrainDsl.Tests.Resuming;

[Collection(AloneCollection.Name)]
public sealed class RunFaultTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly GatedFileOperations _operations = new();

    public void Dispose()
    {
        _operations.Gate.Set();
        _folder.Dispose();
    }

    [Fact]
    public void A_disk_that_refuses_stops_nothing_and_is_tried_again_on_schedule()
    {
        string folder = _folder.File("checkpoints");
        ResumedRun run = new() { Folder = folder, Operations = _operations, Schedule = new(1, null, Keep: 100) };
        run = run with
        {
            OnStep = step =>
            {
                _operations.Refuse = step is > 3 and < 20;
                Settle();
            },
        };

        run.Train();

        Assert.Contains("failed", run.Notices.ToString(), StringComparison.Ordinal);
        Assert.Contains("Training goes on", run.Notices.ToString(), StringComparison.Ordinal);
        long[] steps = [.. new CheckpointStore(folder).List().Good.Select(static checkpoint => checkpoint.Step)];
        Assert.Equal(21, steps[0]);
        Assert.DoesNotContain(10L, steps);

        // Lets the write of the step before come to its end.
        void Settle() => System.Threading.Thread.Sleep(1);
    }

    [Fact]
    public void A_folder_that_cannot_be_made_stops_nothing()
    {
        string file = _folder.File("file");
        File.WriteAllText(file, "");
        ResumedRun run = new() { Folder = Path.Combine(file, "checkpoints") };

        run.Train();

        Assert.Contains("Training goes on without a checkpoint", run.Notices.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_write_that_takes_long_puts_the_next_one_off_and_is_told_ever_more_rarely()
    {
        _operations.Gate.Reset();
        var clock = new HandClock();
        ResumedRun run = new() { Folder = _folder.File("checkpoints"), Operations = _operations, Schedule = new(1, null), Clock = clock };
        run = run with
        {
            OnStep = step =>
            {
                // Up to step 4 the write has just begun: that some are left out then says nothing of the disk.
                clock.Advance(step == 4 ? TimeSpan.FromSeconds(11) : TimeSpan.Zero);
                if (step == ResumedRun.TotalSteps)
                {
                    _operations.Gate.Set();
                }
            },
        };

        run.Train();

        string[] told = [.. run.Notices.ToString().Split('\n').Where(static line => line.Contains("was left out", StringComparison.Ordinal))];
        Assert.Equal(5, told.Length);
        Assert.Contains("the checkpoint of step 4 was left out: the one of step 1 is still being written after 11 s", told[0], StringComparison.Ordinal);
        Assert.Contains("So far 2 were left out.", told[1], StringComparison.Ordinal);
        Assert.Equal(21, new CheckpointStore(run.Folder).List().Good[0].Step);
    }

    [Fact]
    public void A_second_run_on_the_same_folder_is_refused()
    {
        ResumedRun run = new() { Folder = _folder.File("checkpoints"), StopAfter = 2 };
        bool refused = false;
        (run with
        {
            OnStep = _ =>
            {
                Assert.Throws<CheckpointFolderLockedException>(() => new ResumedRun { Folder = run.Folder, StopAfter = 2 }.Train());
                refused = true;
            },
        }).Train();
        Assert.True(refused);
        new ResumedRun { Folder = run.Folder, Resume = Resume.Latest, StopAfter = 3 }.Train();
    }

    [Fact]
    public void A_dataset_that_throws_ends_with_a_checkpoint_and_the_index()
    {
        string folder = _folder.File("checkpoints");
        Dictionary<string, byte[]> expected = new ResumedRun { Folder = _folder.File("whole"), MicroBatch = 16 }.Train();
        ResumedRun run = new() { Folder = folder, MicroBatch = 16, Samples = new ResumedSamples { Unreadable = 42 }, Schedule = new(1000, null) };

        DatasetException failure = Assert.Throws<DatasetException>(() => run.Train());

        Assert.Equal(42, failure.SampleIndex);
        long step = Assert.Single(new CheckpointStore(folder).List().Good).Step;
        Assert.InRange(step, 0, 6);
        Assert.Contains($"stopped after step {step} of 21", run.Notices.ToString(), StringComparison.Ordinal);
        Assert.Contains("Resume = Resume.Latest", run.Notices.ToString(), StringComparison.Ordinal);

        // With one micro-batch a step, nothing of the failed step had been computed.
        ExactResumeTests.AssertSame(expected, new ResumedRun { Folder = folder, MicroBatch = 16, Resume = Resume.Latest }.Train());
    }

    [Fact]
    public void A_sample_that_is_not_a_number_stops_the_run_before_the_update()
    {
        string folder = _folder.File("checkpoints");
        ResumedRun run = new()
        {
            Folder = folder, NonFinite = NonFiniteAction.Stop, Samples = new ResumedSamples { Poisoned = 42 }, Schedule = new(1000, null),
        };

        NonFiniteException failure = Assert.Throws<NonFiniteException>(() => run.Train());

        SampleOrder order = new(100, run.Seed, shuffle: true);
        long position = Enumerable.Range(0, 100).First(at => order[0, at] == 42);
        Assert.Equal(position / 16, failure.Step);
        Assert.Contains(42L, failure.Samples);
        Assert.Equal(Enumerable.Range(0, 16).Select(i => order[0, (position / 16 * 16) + i]).Take(failure.Samples.Count), failure.Samples);
        Assert.Contains("The loss", failure.Message, StringComparison.Ordinal);
        Assert.Equal(failure.Step, Assert.Single(new CheckpointStore(folder).List().Good).Step);
    }

    [Theory]
    [InlineData(1.0)]
    [InlineData(null)]
    public void A_step_that_is_not_finite_is_skipped_and_counted(double? clipNorm)
    {
        string folder = _folder.File("checkpoints");
        ResumedRun run = new()
        {
            Folder = folder, NonFinite = NonFiniteAction.Skip, Samples = new ResumedSamples { Poisoned = 42 }, ClipNorm = clipNorm, StopAfter = 9,
        };
        run.Train();
        Assert.Equal(1, run.Skipped);
        Assert.All(run.Reports, static report => Assert.True(double.IsFinite(report.TrainingLoss)));

        ResumedRun resumed = run with { Resume = Resume.Latest, StopAfter = null };
        Dictionary<string, byte[]> state = resumed.Train();
        Assert.Equal(3, resumed.Skipped);
        foreach (string name in new[] { "hidden.weight", "norm.running_mean", "norm.running_var" })
        {
            float[] values = MemoryMarshal.Cast<byte, float>(state[name]).ToArray();
            Assert.All(values, static value => Assert.True(float.IsFinite(value)));
        }
    }

    [Fact]
    public void The_best_checkpoint_is_kept_beside_the_newest()
    {
        string folder = _folder.File("checkpoints");
        ResumedRun run = new() { Folder = folder, Schedule = new(1, null, Keep: 1, KeepBest: "loss"), LearningRate = 0.05 };
        run.Train();

        EpochReport best = run.Reports.MinBy(static report => report.TrainingLoss)!;
        long[] steps = [.. new CheckpointStore(folder).List().Good.Select(static checkpoint => checkpoint.Step)];
        Assert.Contains(best.Step, steps);
        Assert.Equal(21, steps[0]);
        Assert.InRange(steps.Length, 1, 3);
    }
}
