using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using TrainDsl.Checkpoints;
using TrainDsl.Tests.Checkpoints;
using Xunit;

namespace TrainDsl.Tests.Resuming;

[Collection(AloneCollection.Name)]
public sealed class ResumeMismatchTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly string _checkpoints;

    public ResumeMismatchTests()
    {
        _checkpoints = _folder.File("checkpoints");
        new ResumedRun { Folder = _checkpoints, StopAfter = 10 }.Train();
    }

    private ResumedRun Resumed => new() { Folder = _checkpoints, Resume = Resume.Latest };

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_changed_definition_is_refused_with_all_that_differs()
    {
        ResumeException refused = Assert.Throws<ResumeException>(() => (Resumed with
        {
            Seed = 4, GlobalBatch = 32, LearningRate = 0.02, ClipNorm = null, Samples = new ResumedSamples { Count = 99 },
        }).Train());

        Assert.Equal(
            [
                new("global batch", "16", "32"),
                new("samples of the dataset", "100", "99"),
                new("seed", "3", "4"),
                new("AdamW's learningRate", "0.01", "0.02"),
                new("bound of the gradient norm", "1", "none"),
            ],
            refused.Differences);
        Assert.Contains("seed: 3 in the checkpoint, 4 in this run", refused.Message, StringComparison.Ordinal);
        Assert.Contains("begin a new run", refused.Message, StringComparison.Ordinal);
        Assert.Equal(Path.Combine(_checkpoints, "step-0000000010"), refused.Folder);
    }

    [Fact]
    public void Another_optimizer_is_refused()
    {
        ResumeException refused = Assert.Throws<ResumeException>(() => (Resumed with { Sgd = true }).Train());
        Assert.Equal([new("optimizer", "AdamW", "Sgd")], refused.Differences);
    }

    [Fact]
    public void Another_model_is_refused_before_anything_is_loaded()
    {
        ResumeException refused = Assert.Throws<ResumeException>(() => (Resumed with { Features = 4 }).Train());
        Assert.Equal(
            [
                new("tensor 'hidden.weight'", "F32 [16, 8]", "F32 [16, 4]"),
                new("optimizer state 'hidden.weight.exp_avg'", "F32 [16, 8]", "F32 [16, 4]"),
                new("optimizer state 'hidden.weight.exp_avg_sq'", "F32 [16, 8]", "F32 [16, 4]"),
            ],
            refused.Differences);
    }

    [Fact]
    public void A_refused_run_leaves_the_folder_as_it_was()
    {
        string[] before = Checkpoint.Names(_checkpoints);
        Assert.Throws<ResumeException>(() => (Resumed with { Seed = 4 }).Train());
        Assert.Equal(before, Checkpoint.Names(_checkpoints));
        Resumed.Train();
    }

    [Theory]
    [InlineData(4)]
    [InlineData(16)]
    public void Another_micro_batch_goes_on(long microBatch)
    {
        (Resumed with { MicroBatch = microBatch }).Train();
        Assert.Equal(21, new CheckpointStore(_checkpoints).List().Good[0].Step);
    }

    [Fact]
    public void A_file_that_its_manifest_does_not_fit_is_passed_over()
    {
        string damaged = Path.Combine(_checkpoints, "step-0000000010", "model.safetensors");
        byte[] bytes = File.ReadAllBytes(damaged);
        bytes[^1] ^= 1;
        File.WriteAllBytes(damaged, bytes);

        ResumedRun run = Resumed;
        run.Train();

        Assert.Contains("step-0000000010' was skipped", run.Notices.ToString(), StringComparison.Ordinal);
        Assert.Contains("after step 5 of 21", run.Notices.ToString(), StringComparison.Ordinal);
        string aside = Assert.Single(Directory.GetDirectories(_checkpoints, "earlier-*"));
        Resume named = Resume.From(Path.Combine(aside, "step-0000000010"));
        ResumeException refused = Assert.Throws<ResumeException>(() => (Resumed with { Resume = named }).Train());
        Assert.Contains("checksum", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{}", "cannot be read")]
    [InlineData("not JSON", "cannot be read")]
    [InlineData("{\"formatVersion\": 3}", "format version 3")]
    public void A_state_that_is_not_understood_is_refused(string state, string problem)
    {
        CheckpointStore store = new(_folder.File("other"));
        store.Write(5,
        [
            new CheckpointFile("model.safetensors", static stream => stream.Write("-"u8)),
            new CheckpointFile("optimizer.safetensors", static stream => stream.Write("-"u8)),
            new CheckpointFile("state.json", stream => stream.Write(System.Text.Encoding.UTF8.GetBytes(state))),
        ]);
        ResumeException refused = Assert.Throws<ResumeException>(() => new ResumedRun { Folder = store.Folder, Resume = Resume.Latest }.Train());
        Assert.Contains(problem, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_random_state_of_another_size_is_refused()
    {
        CheckpointInfo latest = new CheckpointStore(_checkpoints).List().Good[0];
        string state = File.ReadAllText(latest.PathOf("state.json"));
        int start = state.IndexOf("\"cpu\": \"", StringComparison.Ordinal) + "\"cpu\": \"".Length;
        string shortened = state[..start] + state[(start + 4)..];
        CheckpointStore store = new(_folder.File("other"));
        List<CheckpointFile> files = [new("state.json", stream => stream.Write(System.Text.Encoding.UTF8.GetBytes(shortened)))];
        foreach (string name in new[] { "model.safetensors", "optimizer.safetensors" })
        {
            byte[] bytes = File.ReadAllBytes(latest.PathOf(name));
            files.Add(new CheckpointFile(name, stream => stream.Write(bytes)));
        }

        store.Write(latest.Step, files);
        ResumeException refused = Assert.Throws<ResumeException>(() => new ResumedRun { Folder = store.Folder, Resume = Resume.Latest }.Train());
        Assert.Contains("random numbers", refused.Message, StringComparison.Ordinal);
    }
}
