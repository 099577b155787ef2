using System;
using System.Diagnostics;
using System.IO;
using System.Text.Json.Nodes;
using TrainDsl.Checkpoints;
using TrainDsl.Tests.Checkpoints;
using Xunit;

namespace TrainDsl.Tests.Resuming;

/// <summary>Files that no run has written, in a checkpoint whose manifest agrees with them: refused or passed over, with no crash and no waiting.</summary>
[Collection(AloneCollection.Name)]
public sealed class HostileFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly string _checkpoints;

    public HostileFileTests()
    {
        _checkpoints = _folder.File("checkpoints");
        new ResumedRun { Folder = _checkpoints, StopAfter = 10, Schedule = new(5, null, KeepBest: "loss") }.Train();
    }

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("optimizer.updates", -1)]
    [InlineData("optimizer.updates", 5)]
    [InlineData("optimizer.updates", 4611686018427387904)]
    [InlineData("skippedSteps", -7)]
    [InlineData("skippedSteps", long.MaxValue)]
    [InlineData("best.step", 4611686018427387904)]
    [InlineData("best.step", -1)]
    [InlineData("best.step", 0)]
    [InlineData("totalSteps", -1)]
    [InlineData("totalSteps", 3)]
    [InlineData("stepsPerEpoch", 0)]
    [InlineData("stepsPerEpoch", 6)]
    [InlineData("data.samples", 0)]
    [InlineData("step", -1)]
    [InlineData("epochSums.meanWeight", -1)]
    [InlineData("exactStep", 11)]
    public void A_number_out_of_range_is_refused(string name, long value)
    {
        State.Change(_checkpoints, state =>
        {
            string[] parts = name.Split('.');
            JsonObject owner = parts.Length == 1 ? state : state[parts[0]]!.AsObject();
            owner[parts[^1]] = value;
        });
        AssertRefused("state.json");
    }

    [Theory]
    [InlineData(8, 0)]
    [InlineData(8, 625)]
    [InlineData(12, 0)]
    [InlineData(16, 625)]
    [InlineData(16, 624)]
    [InlineData(28, 1)]
    public void A_random_state_of_the_right_size_and_wrong_contents_is_refused(int offset, int value)
    {
        State.Change(_checkpoints, state =>
        {
            byte[] random = Convert.FromBase64String((string)state["random"]!["cpu"]!);
            BitConverter.TryWriteBytes(random.AsSpan(offset), value);
            state["random"]!["cpu"] = Convert.ToBase64String(random);
        });
        AssertRefused("random numbers");
    }

    [Fact]
    public void A_random_state_of_noise_is_refused()
    {
        State.Change(_checkpoints, state =>
        {
            byte[] random = Convert.FromBase64String((string)state["random"]!["cpu"]!);
            new Random(1).NextBytes(random);
            state["random"]!["cpu"] = Convert.ToBase64String(random);
        });
        AssertRefused("random numbers");
    }

    [Theory]
    [InlineData("model.safetensors")]
    [InlineData("optimizer.safetensors")]
    [InlineData("state.json")]
    public void A_manifest_that_does_not_list_a_file_is_passed_over(string file)
    {
        string path = Path.Combine(_checkpoints, "step-0000000010", "manifest.json");
        JsonObject manifest = JsonNode.Parse(File.ReadAllText(path))!.AsObject();
        JsonArray files = manifest["files"]!.AsArray();
        for (int i = files.Count - 1; i >= 0; i--)
        {
            if ((string)files[i]!["name"]! == file)
            {
                files.RemoveAt(i);
            }
        }

        File.WriteAllText(path, manifest.ToJsonString());
        AssertPassedOver($"manifest.json does not list {file}");
    }

    [Theory]
    [InlineData("manifest.json")]
    [InlineData("model.safetensors")]
    [InlineData("state.json")]
    public void What_is_no_regular_file_is_not_opened(string file)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        string path = Path.Combine(_checkpoints, "step-0000000010", file);
        File.Delete(path);
        File.CreateSymbolicLink(path, "/dev/zero");
        AssertPassedOver(file);

        File.Delete(path);
        Directory.CreateDirectory(path);
        AssertPassedOver(file);
        Directory.Delete(path);

        // A pipe that no one writes to: reading it would wait for ever.
        using (Process made = Process.Start("mkfifo", [path]))
        {
            made.WaitForExit();
        }

        AssertPassedOver(file);
        ResumeException refused = Assert.Throws<ResumeException>(
            () => new ResumedRun { Folder = _folder.File("other"), Resume = Resume.From(Path.GetDirectoryName(path)!) }.Train());
        Assert.Contains(file, refused.Message, StringComparison.Ordinal);
        Assert.Throws<SafetensorsException>(() => SafetensorsReader.Open(path));
    }

    private void AssertPassedOver(string reason)
    {
        CheckpointInfo? latest = new CheckpointStore(_checkpoints, required: RunTensors.Files).FindLatest(out var skipped);
        Assert.Equal(7, latest!.Step);
        Assert.Contains(reason, Assert.Single(skipped).Reason, StringComparison.Ordinal);
    }

    private void AssertRefused(string what)
    {
        ResumeException refused = Assert.Throws<ResumeException>(() => new ResumedRun { Folder = _checkpoints, Resume = Resume.Latest }.Train());
        Assert.Contains(what, refused.Message, StringComparison.Ordinal);
    }
}
