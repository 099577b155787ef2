using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using TrainDsl.Checkpoints;
using TrainDsl.Tests.Checkpoints;
using Xunit;

namespace TrainDsl.Tests.Resuming;

[Collection(AloneCollection.Name)]
public sealed class ExactResumeTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(false, 8)]
    [InlineData(true, 16)]
    public void A_run_that_is_stopped_after_any_step_and_resumed_comes_to_the_same_bits(bool sgd, long microBatch)
    {
        ResumedRun whole = new() { Folder = _folder.File("whole"), Sgd = sgd, MicroBatch = microBatch };
        Dictionary<string, byte[]> expected = whole.Train();
        for (long stop = 1; stop < ResumedRun.TotalSteps; stop++)
        {
            string folder = _folder.File($"stopped-{stop}");
            ResumedRun first = new() { Folder = folder, Sgd = sgd, MicroBatch = microBatch, StopAfter = stop };
            first.Train();
            ResumedRun second = new() { Folder = folder, Sgd = sgd, MicroBatch = microBatch, Resume = Resume.Latest };
            AssertSame(expected, second.Train());
            Assert.Equal(
                whole.Reports.Select(static report => (report.Epoch, report.Step, report.TrainingLoss)),
                first.Reports.Concat(second.Reports).Select(static report => (report.Epoch, report.Step, report.TrainingLoss)));
        }
    }

    [Fact]
    public void A_run_that_is_interrupted_again_and_again_comes_to_the_same_bits()
    {
        Dictionary<string, byte[]> expected = new ResumedRun { Folder = _folder.File("whole") }.Train();
        string folder = _folder.File("often");
        Dictionary<string, byte[]> actual = [];
        for (long stop = 2; stop <= ResumedRun.TotalSteps + 1; stop += 2)
        {
            actual = new ResumedRun { Folder = folder, Resume = Resume.Latest, StopAfter = stop }.Train();
        }

        AssertSame(expected, actual);
    }

    [Fact]
    public void Writing_checkpoints_changes_nothing()
    {
        Dictionary<string, byte[]> expected = new ResumedRun { Folder = _folder.File("never"), Schedule = new(null, null) }.Train();
        AssertSame(expected, new ResumedRun { Folder = _folder.File("always"), Schedule = new(1, 1) }.Train());
    }

    [Fact]
    public void A_run_goes_on_from_an_earlier_checkpoint_and_keeps_the_later_ones()
    {
        string folder = _folder.File("checkpoints");
        Dictionary<string, byte[]> expected = new ResumedRun { Folder = folder }.Train();
        ResumedRun again = new() { Folder = folder, Resume = Resume.From(Path.Combine(folder, "step-0000000015")) };

        AssertSame(expected, again.Train());

        Assert.Equal(["step-0000000020", "step-0000000021"], Checkpoint.Names(Assert.Single(Directory.GetDirectories(folder, "earlier-*"))));
        Assert.Equal([21L, 20L, 15L], new CheckpointStore(folder).List().Good.Select(static checkpoint => checkpoint.Step));
    }

    [Fact]
    public void A_copy_of_a_checkpoint_under_another_name_is_resumed()
    {
        Dictionary<string, byte[]> expected = new ResumedRun { Folder = _folder.File("whole") }.Train();
        string copy = _folder.File("good one");
        Directory.CreateDirectory(copy);
        foreach (string file in Directory.GetFiles(Path.Combine(_folder.File("whole"), "step-0000000015")))
        {
            File.Copy(file, Path.Combine(copy, Path.GetFileName(file)));
        }

        AssertSame(expected, new ResumedRun { Folder = _folder.File("other"), Resume = Resume.From(copy) }.Train());
    }

    [Fact]
    public void A_finished_run_is_resumed_to_its_end()
    {
        string folder = _folder.File("checkpoints");
        Dictionary<string, byte[]> expected = new ResumedRun { Folder = folder }.Train();
        ResumedRun again = new() { Folder = folder, Resume = Resume.Latest };
        AssertSame(expected, again.Train());
        Assert.Empty(again.Reports);
        Assert.Equal(3, new CheckpointStore(folder).List().Good.Count);
    }

    [Fact]
    public void A_new_run_moves_the_checkpoints_of_an_earlier_one_aside()
    {
        string folder = _folder.File("checkpoints");
        new ResumedRun { Folder = folder }.Train();
        ResumedRun second = new() { Folder = folder, StopAfter = 5 };
        second.Train();
        Assert.Equal([5L], new CheckpointStore(folder).List().Good.Select(static checkpoint => checkpoint.Step));
        Assert.Equal(3, new CheckpointStore(Assert.Single(Directory.GetDirectories(folder, "earlier-*"))).List().Good.Count);
        Assert.Contains("were moved to", second.Notices.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Where_there_is_no_checkpoint_the_latest_is_the_beginning_and_a_named_one_an_error()
    {
        ResumedRun run = new() { Folder = _folder.File("none"), Resume = Resume.Latest, StopAfter = 1 };
        run.Train();
        Assert.Contains("begins anew", run.Notices.ToString(), StringComparison.Ordinal);
        Assert.Throws<ResumeException>(() => new ResumedRun { Folder = _folder.File("other"), Resume = Resume.From(_folder.File("missing")) }.Train());
    }

    internal static void AssertSame(Dictionary<string, byte[]> expected, Dictionary<string, byte[]> actual)
    {
        Assert.Equal(expected.Keys.Order(), actual.Keys.Order());
        Assert.All(expected, pair => Assert.True(pair.Value.AsSpan().SequenceEqual(actual[pair.Key]), $"{pair.Key} differs."));
    }
}
