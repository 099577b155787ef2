using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using TrainDsl.Checkpoints;
using TrainDsl.Tests.Checkpoints;
using TrainDsl.Tests.Monitoring;
using Xunit;

namespace TrainDsl.Tests.Resuming;

/// <summary>How runs end, and what they leave for the next one.</summary>
[Collection(AloneCollection.Name)]
public sealed class RunEndTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly GatedFileOperations _operations = new();

    private string Folder => _folder.File("checkpoints");

    public void Dispose()
    {
        _operations.Gate.Set();
        _folder.Dispose();
    }

    [Theory]
    [InlineData("/")]
    [InlineData("//")]
    [InlineData("/../step-0000000010")]
    public void An_own_checkpoint_is_one_however_its_path_is_spelled(string suffix)
    {
        new ResumedRun { Folder = Folder, StopAfter = 10, Schedule = Often }.Train();
        new ResumedRun { Folder = Folder, Schedule = Often, Resume = Resume.From(Path.Combine(Folder, "step-0000000010") + suffix), StopAfter = 12 }.Train();
        Assert.Empty(Directory.GetDirectories(Folder, "earlier-*"));
        Assert.Contains(7L, Steps());
    }

    [Fact]
    public void An_own_checkpoint_is_one_through_links()
    {
        new ResumedRun { Folder = Folder, StopAfter = 10, Schedule = Often }.Train();
        Directory.CreateSymbolicLink(_folder.File("link"), Folder);
        Resume linked = Resume.From(Path.Combine(_folder.File("link"), "step-0000000010"));
        new ResumedRun { Folder = Folder, Schedule = Often, Resume = linked, StopAfter = 12 }.Train();
        new ResumedRun { Folder = _folder.File("link"), Schedule = Often, Resume = Resume.From(Path.Combine(Folder, "step-0000000012")), StopAfter = 13 }.Train();
        Assert.Empty(Directory.GetDirectories(Folder, "earlier-*"));
    }

    [Fact]
    public void Checkpoints_of_an_earlier_run_stay_until_one_of_the_new_run_is_durable()
    {
        new ResumedRun { Folder = Folder, StopAfter = 10 }.Train();
        Resume other = Resume.From(Copy(10));
        _operations.Refuse = true;
        new ResumedRun { Folder = Folder, Resume = other, StopAfter = 12, Operations = _operations }.Train();
        Assert.Equal([10L, 5L], Steps());

        // The gate holds the write back, and the run is looked at meanwhile.
        _operations.Refuse = false;
        new ResumedRun { Folder = Folder, Resume = other, StopAfter = 12, Operations = _operations }.Train();
        Assert.Equal([12L], Steps());
        Assert.Equal([10L, 5L], new CheckpointStore(Assert.Single(Directory.GetDirectories(Folder, "earlier-*"))).List().Good.Select(static good => good.Step));
    }

    [Theory]
    [InlineData(7)]
    [InlineData(14)]
    [InlineData(21)]
    public void An_epoch_whose_end_fails_is_ended_first_by_the_resumed_run(long step)
    {
        ResumedRun whole = new() { Folder = _folder.File("whole"), Schedule = Often };
        Dictionary<string, byte[]> expected = whole.Train();
        ResumedRun failing = new() { Folder = Folder, Schedule = Often, AtEpochEnd = at => Throw(at == step) };
        Assert.Throws<InvalidOperationException>(() => failing.Train());

        ResumedRun again = new() { Folder = Folder, Schedule = Often, Resume = Resume.Latest, AtEpochEnd = at => Throw(at == step) };
        Assert.Throws<InvalidOperationException>(() => again.Train());
        Assert.Empty(again.Reports);
        ResumedRun resumed = new() { Folder = Folder, Schedule = Often, Resume = Resume.Latest };

        ExactResumeTests.AssertSame(expected, resumed.Train());
        Assert.Equal(Figures(whole.Reports), Figures(failing.Reports.Concat(resumed.Reports)));
        Assert.Equal(Figures(whole.Reports), Figures(resumed.Result!.Epochs));
        Assert.Equal(whole.Result!.BestCheckpoint! with { Path = "" }, resumed.Result.BestCheckpoint! with { Path = "" });
    }

    [Theory]
    [InlineData(7)]
    [InlineData(14)]
    public void An_epoch_whose_report_a_monitor_refuses_is_ended_by_the_resumed_run(long step)
    {
        ResumedRun whole = new() { Folder = _folder.File("whole") };
        Dictionary<string, byte[]> expected = whole.Train();
        ResumedRun failing = new() { Folder = Folder, Monitors = [new EpochAction(report => Throw(report.Step == step))] };
        Assert.Throws<InvalidOperationException>(() => failing.Train());
        ResumedRun resumed = new() { Folder = Folder, Resume = Resume.Latest };
        ExactResumeTests.AssertSame(expected, resumed.Train());
        Assert.Equal(Figures(whole.Reports), Figures(resumed.Result!.Epochs));
    }

    [Fact]
    public void A_failure_within_a_step_leaves_the_newest_exact_checkpoint_beside_its_own()
    {
        Dictionary<string, byte[]> expected = new ResumedRun { Folder = _folder.File("whole") }.Train();
        ResumedRun failing = new()
        {
            Folder = Folder, Schedule = new(EverySteps: 5, EveryEpochs: null, Keep: 1), WithinStep = static step => Throw(step == 12),
        };
        Assert.Throws<InvalidOperationException>(() => failing.Train());
        Assert.Equal([12L, 10L], Steps());

        // A run that goes on from the inexact one and fails again still has the exact one.
        ResumedRun again = failing with { Resume = Resume.Latest, WithinStep = static step => Throw(step == 13) };
        Assert.Throws<InvalidOperationException>(() => again.Train());
        Assert.Equal([13L, 10L], Steps());
        Assert.Contains("resume from the checkpoint of step 10", again.Notices.ToString(), StringComparison.Ordinal);
        ResumedRun exact = new() { Folder = Folder, Resume = Resume.From(Path.Combine(Folder, "step-0000000010")) };
        ExactResumeTests.AssertSame(expected, exact.Train());
    }

    [Fact]
    public void A_finished_run_that_is_resumed_gives_its_loss_and_epochs()
    {
        ResumedRun run = new() { Folder = Folder, Schedule = Often };
        run.Train();
        ResumedRun again = new() { Folder = Folder, Schedule = Often, Resume = Resume.Latest };
        again.Train();
        Assert.Equal(run.Result!.FinalLoss, again.Result!.FinalLoss);
        Assert.Equal(3, again.Result.Epochs.Count);
        Assert.Equal(run.Result.Epochs, again.Result.Epochs);
        Assert.Equal(run.Result.BestCheckpoint, again.Result.BestCheckpoint);
        Assert.Null(again.Result.CheckpointFailure);
    }

    [Fact]
    public void Epochs_with_their_validation_are_read_back_as_they_were()
    {
        EpochReport[] epochs =
        [
            new(1, 7, 0.1, new EvaluationResult(5, double.NaN, [new("accuracy", 1.0 / 3), new("\"odd\" name", double.PositiveInfinity)]), TimeSpan.FromTicks(123456789)),
            new(2, 14, double.NegativeInfinity, null, TimeSpan.Zero),
        ];
        var buffer = new System.Buffers.ArrayBufferWriter<byte>();
        using (var json = new System.Text.Json.Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            new EpochHistory().Write(json, epochs, long.MaxValue);
            json.WriteEndObject();
        }

        using var document = System.Text.Json.JsonDocument.Parse(buffer.WrittenMemory);
        IReadOnlyList<EpochReport> read = EpochHistory.Read(document.RootElement.GetProperty("epochs"));
        Assert.Equal(epochs[1], read[1]);
        Assert.Equal(epochs[0] with { Validation = null }, read[0] with { Validation = null });
        Assert.Equal(epochs[0].Validation!.Metrics, read[0].Validation!.Metrics);
        Assert.Equal((5, double.NaN), (read[0].Validation!.Samples, read[0].Validation!.Loss));
    }

    [Fact]
    public void The_best_checkpoint_is_named_and_resumed_from()
    {
        ResumedRun run = new() { Folder = Folder, Schedule = Often with { Keep = 1 }, LearningRate = 0.05 };
        run.Train();
        EpochReport best = run.Reports.MinBy(static report => report.TrainingLoss)!;
        Assert.Equal(("loss", best.TrainingLoss, best.Step), (run.Result!.BestCheckpoint!.Metric, run.Result.BestCheckpoint.Value, run.Result.BestCheckpoint.Step));
        Assert.Equal(Path.Combine(Folder, $"step-{best.Step:D10}"), run.Result.BestCheckpoint.Path[..(Folder.Length + 16)]);

        ResumedRun resumed = run with { Resume = Resume.Best, StopAfter = best.Step + 1 };
        if (best.Step < ResumedRun.TotalSteps)
        {
            resumed.Train();
            Assert.Contains($"after step {best.Step} of", resumed.Notices.ToString(), StringComparison.Ordinal);
            Assert.Contains(best.Step, Steps());
        }

        new ResumedRun { Folder = _folder.File("plain"), StopAfter = 5 }.Train();
        foreach (string without in new[] { "plain", "empty" })
        {
            ResumeException refused = Assert.Throws<ResumeException>(() => new ResumedRun { Folder = _folder.File(without), Resume = Resume.Best }.Train());
            Assert.Contains("best", refused.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_disk_that_refuses_the_last_checkpoint_is_in_the_result()
    {
        ResumedRun run = new() { Folder = Folder, Operations = _operations, Schedule = new(1000, null) };
        (run with { OnStep = step => _operations.Refuse = step == ResumedRun.TotalSteps }).Train();
        ResumedRun last = run with { OnStep = step => _operations.Refuse = step == ResumedRun.TotalSteps, Folder = _folder.File("other") };
        last.Train();
        Assert.True(last.Result!.Completed);
        Assert.IsType<CheckpointIOException>(last.Result.CheckpointFailure);
        Assert.Contains("is in no checkpoint", last.Notices.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("the next attempt", last.Notices.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Resuming_is_told_after_all_was_compared()
    {
        new ResumedRun { Folder = Folder, StopAfter = 5 }.Train();
        ResumedRun refused = new() { Folder = Folder, Resume = Resume.Latest, Features = 4 };
        Assert.Throws<ResumeException>(() => refused.Train());
        Assert.DoesNotContain("resumed from", refused.Notices.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Other_types_of_one_simple_name_are_refused()
    {
        ResumedRun first = new() { Folder = Folder, StopAfter = 5, Name = "First.Training", ModelName = "First.Net" };
        first.Train();
        ResumeException refused = Assert.Throws<ResumeException>(() => new ResumedRun
        {
            Folder = Folder, Resume = Resume.Latest, Name = "Second.Training", ModelName = "Second.Net",
        }.Train());
        Assert.Equal(
            [new("definition", "First.Training", "Second.Training"), new("type of the model", "First.Net", "Second.Net")], refused.Differences);
    }

    [Fact]
    public void A_run_of_another_length_is_told_of_its_curve_if_the_schedule_has_one()
    {
        new ResumedRun { Folder = Folder, StopAfter = 5 }.Train();
        State.Change(Folder, state => state["totalSteps"] = 22);
        ResumedRun resumed = new() { Folder = Folder, Resume = Resume.Latest };
        resumed.Train();
        Assert.Contains("21 steps long, and was 22.", resumed.Notices.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Another_number_of_threads_is_told()
    {
        new ResumedRun { Folder = Folder, StopAfter = 5 }.Train();
        State.Change(Folder, state => state["threads"] = 77);
        ResumedRun resumed = new() { Folder = Folder, Resume = Resume.Latest };
        resumed.Train();
        Assert.Contains("OMP_NUM_THREADS=77", resumed.Notices.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_checkpoint_of_format_version_1_is_resumed_to_the_same_bits()
    {
        ResumedRun whole = new() { Folder = _folder.File("whole") };
        Dictionary<string, byte[]> expected = whole.Train();
        new ResumedRun { Folder = Folder, StopAfter = 7 }.Train();
        State.Change(Folder, state =>
        {
            state["formatVersion"] = 1;
            state["definition"] = "ResumedRun";
            foreach (string added in new[] { "model", "dataset", "threads", "epochPending", "lastLoss", "epochs" })
            {
                Assert.True(state.Remove(added));
            }
        });
        ExactResumeTests.AssertSame(expected, new ResumedRun { Folder = Folder, Resume = Resume.Latest }.Train());
    }

    private static CheckpointSchedule Often => new(EverySteps: 5, EveryEpochs: null, Keep: 3, KeepBest: "loss");

    private static void Throw(bool now)
    {
        if (now)
        {
            throw new InvalidOperationException("injected");
        }
    }

    private static IEnumerable<(long, long, double)> Figures(IEnumerable<EpochReport> reports) =>
        reports.Select(static report => (report.Epoch, report.Step, report.TrainingLoss));

    private long[] Steps() => [.. new CheckpointStore(Folder).List().Good.Select(static good => good.Step)];

    private string Copy(long step)
    {
        string copy = _folder.File("copy");
        Directory.CreateDirectory(copy);
        foreach (string file in Directory.GetFiles(Path.Combine(Folder, $"step-{step:D10}")))
        {
            File.Copy(file, Path.Combine(copy, Path.GetFileName(file)));
        }

        return copy;
    }

    private sealed class EpochAction(Action<EpochReport> action) : ITrainingMonitor
    {
        public void OnEpoch(EpochReport epoch) => action(epoch);
    }
}
