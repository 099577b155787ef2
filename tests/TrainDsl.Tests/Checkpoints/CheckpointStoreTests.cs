using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text;
using TrainDsl.Checkpoints;
using Xunit;

namespace TrainDsl.Tests.Checkpoints;

public sealed class CheckpointStoreTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly CheckpointStore _store;

    public CheckpointStoreTests() => _store = new CheckpointStore(_folder.File("run/checkpoints"));

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_checkpoint_is_written_listed_and_found()
    {
        Assert.Null(_store.FindLatest(out IReadOnlyList<CheckpointProblem> skipped));
        Assert.Empty(_store.List().Good);
        CheckpointInfo written = Write(500);
        Assert.Equal(Path.Combine(_store.Folder, "step-0000000500"), written.Folder);
        Write(12_345_678_901);
        Write(1000);

        Assert.Equal([12_345_678_901, 1000, 500], Steps());
        CheckpointInfo latest = _store.FindLatest(out skipped)!;
        Assert.Equal(12_345_678_901, latest.Step);
        Assert.Empty(skipped);
        Assert.All(_store.List().Good, Checkpoint.AssertWhole);
        Assert.Equal(["manifest.json", "model.safetensors", "state.json"], Checkpoint.Names(latest.Folder));
    }

    [Fact]
    public void The_manifest_has_sizes_and_checksums_that_other_tools_compute()
    {
        CheckpointInfo written = _store.Write(
            7, [new CheckpointFile("a.txt", stream => stream.Write("abc"u8)), new CheckpointFile("empty", _ => { })]);

        // Test vectors: xxhsum -H128 of "abc" and of nothing.
        string expected = """
            {
              "formatVersion": 1,
              "step": 7,
              "files": [
                {
                  "name": "a.txt",
                  "size": 3,
                  "xxh128": "06b05ab6733a618578af5f94892f3950"
                },
                {
                  "name": "empty",
                  "size": 0,
                  "xxh128": "99aa06d3014798d86001c324468d497f"
                }
              ]
            }
            """;
        Assert.Equal(expected, File.ReadAllText(written.PathOf("manifest.json")), ignoreLineEndingDifferences: true);
    }

    [Theory]
    [InlineData("flip a weight", "checksum", false)]
    [InlineData("cut the weights", "bytes, and 3000 were written", true)]
    [InlineData("extend the weights", "bytes, and 3000 were written", true)]
    [InlineData("remove the state", "state.json is missing", true)]
    [InlineData("remove the manifest", "manifest.json is missing", true)]
    [InlineData("empty the manifest", "has 0 bytes", true)]
    [InlineData("cut the manifest", "not valid JSON", true)]
    [InlineData("manifest of another step", "of step 500", true)]
    [InlineData("manifest with a path", "not a distinct plain name", true)]
    [InlineData("manifest with a name twice", "not a distinct plain name", true)]
    [InlineData("manifest of lists", "formatVersion", true)]
    [InlineData("manifest of half a character", "not valid JSON", true)]
    public void A_damaged_checkpoint_is_skipped_and_reported(string damage, string reason, bool seenInList)
    {
        Write(500);
        CheckpointInfo newest = Write(1000);
        Damage(newest, damage);

        CheckpointInfo latest = _store.FindLatest(out IReadOnlyList<CheckpointProblem> skipped)!;
        Assert.Equal(500, latest.Step);
        CheckpointProblem problem = Assert.Single(skipped);
        Assert.Equal(CheckpointProblemKind.Damaged, problem.Kind);
        Assert.Equal(newest.Folder, problem.Folder);
        Assert.Contains(reason, problem.ToString(), StringComparison.Ordinal);
        Assert.Equal(seenInList ? 1 : 0, _store.List().Skipped.Count);

        // A damaged one is written again beside itself. It goes when old ones are removed, if a manifest says which files are ours.
        Write(1000);
        Assert.Equal(1000, _store.FindLatest(out skipped)!.Step);
        Assert.Empty(skipped);
        _store.Prune(1, []);
        _store.Prune(1, []);
        IReadOnlyList<string> notes = _store.TakeNotes();
        if (CheckpointRemoval.NamedByManifest(newest.Folder) is null && Directory.Exists(newest.Folder))
        {
            Assert.Equal(["step-0000001000", "step-0000001000-r2"], Checkpoint.Names(_store.Folder));
            Assert.Contains($"'{newest.Folder}' stays: no manifest says", Assert.Single(notes), StringComparison.Ordinal);
        }
        else
        {
            Assert.Equal(["step-0000001000-r2"], Checkpoint.Names(_store.Folder));
            Assert.Empty(notes);
        }
    }

    [Fact]
    public void A_checkpoint_of_a_newer_version_is_reported_and_never_removed()
    {
        Write(500);
        CheckpointInfo newer = Write(400);
        File.WriteAllText(newer.PathOf("manifest.json"), """{"formatVersion":2,"something":"else"}""");
        CheckpointProblem problem = Assert.Single(_store.List().Skipped);
        Assert.Equal(CheckpointProblemKind.NewerFormat, problem.Kind);
        _store.Prune(1, []);
        Assert.True(Directory.Exists(newer.Folder));
    }

    [Fact]
    public void Only_the_newest_and_the_protected_are_kept()
    {
        foreach (long step in new long[] { 100, 200, 300, 400, 500 })
        {
            Write(step);
        }

        Directory.CreateDirectory(Path.Combine(_store.Folder, "notes"));
        File.WriteAllText(Path.Combine(_store.Folder, "step-0000000001"), "a file of the user's");
        _store.Prune(2, [200, 999]);
        Assert.Equal([500, 400, 200], Steps());
        Assert.Equal(["notes", "step-0000000001", "step-0000000200", "step-0000000400", "step-0000000500"], Checkpoint.Names(_store.Folder));
        _store.Prune(2, []);
        Assert.Equal([500, 400], Steps());
        Assert.Throws<ArgumentOutOfRangeException>(() => _store.Prune(0, []));
    }

    [Fact]
    public void A_step_written_again_replaces_the_earlier_one()
    {
        Write(100);
        Write(200);
        CheckpointInfo again = Write(200);
        Assert.Equal("step-0000000200-r2", Path.GetFileName(again.Folder));
        Assert.Equal(again.Folder, _store.FindLatest(out _)!.Folder);
        _store.Prune(2, [200]);
        Assert.Equal(["step-0000000100", "step-0000000200-r2"], Checkpoint.Names(_store.Folder));
        Assert.Equal("step-0000000200-r3", Path.GetFileName(Write(200).Folder));
    }

    [Fact]
    public void Leftovers_of_dead_runs_are_removed_and_nothing_else()
    {
        Write(100);
        string leftover = Leftover('a');
        File.WriteAllText(Path.Combine(leftover, "model.safetensors"), "half");
        string foreign = Leftover('b');
        Directory.CreateDirectory(Path.Combine(foreign, "deeper"));
        File.WriteAllText(Path.Combine(foreign, "deeper", "file"), "the user's");
        File.WriteAllText(Path.Combine(foreign, "state.json"), "half");
        Directory.CreateDirectory(Path.Combine(_store.Folder, ".step-0000000200.tmp-mine"));

        Assert.Equal([100], Steps());
        Assert.Equal(1, _store.RemoveLeftovers());
        Assert.Equal([".step-0000000200.tmp-" + new string('b', 32), ".step-0000000200.tmp-mine", "step-0000000100"], Checkpoint.Names(_store.Folder));
        Assert.Equal(["deeper"], Checkpoint.Names(foreign));
        Assert.Equal("the user's", File.ReadAllText(Path.Combine(foreign, "deeper", "file")));
        Assert.Contains($"'{foreign}' stays", Assert.Single(_store.TakeNotes()), StringComparison.Ordinal);

        string Leftover(char digit) =>
            Directory.CreateDirectory(Path.Combine(_store.Folder, ".step-0000000200.tmp-" + new string(digit, 32))).FullName;
    }

    [Fact]
    public void A_file_in_place_of_the_folder_is_reported_with_path_and_remedy()
    {
        string path = _folder.File("file");
        File.WriteAllText(path, "in the way");
        CheckpointIOException exception = Assert.Throws<CheckpointIOException>(() => new CheckpointStore(path).Write(1, Checkpoint.Files(1)));
        Assert.StartsWith(path, exception.Path, StringComparison.Ordinal);
        Assert.Contains("choose another checkpoint folder", exception.Message, StringComparison.Ordinal);
        Assert.Equal("in the way", File.ReadAllText(path));
    }

    [Fact]
    public void A_failure_of_the_content_itself_leaves_nothing_and_comes_through()
    {
        Write(100);
        Assert.Throws<InvalidDataException>(() => _store.Write(200, [new CheckpointFile("a", _ => throw new InvalidDataException())]));
        Assert.Equal(["step-0000000100"], Checkpoint.Names(_store.Folder));
    }

    [Theory]
    [InlineData("../a")]
    [InlineData("a/b")]
    [InlineData("")]
    [InlineData(".hidden")]
    [InlineData("manifest.json")]
    public void Names_that_would_leave_the_folder_or_clash_are_refused(string name) =>
        Assert.Throws<ArgumentException>(() => _store.Write(1, [new CheckpointFile(name, _ => { })]));

    [Theory]
    [InlineData("step-0000000500", 500L, 1)]
    [InlineData("step-0000000500-r2", 500L, 2)]
    [InlineData("step-9223372036854775807", long.MaxValue, 1)]
    [InlineData("step-9223372036854775808", -1L, 0)]
    [InlineData("step-00000000500", -1L, 0)]
    [InlineData("step-500", -1L, 0)]
    [InlineData("step-0000000500-r1", -1L, 0)]
    [InlineData("step-0000000500-r02", -1L, 0)]
    [InlineData("step-0000000500\n", -1L, 0)]
    [InlineData("step-000000050٠", -1L, 0)]
    public void Names_are_recognised_exactly(string text, long step, int revision)
    {
        Assert.Equal(step >= 0, CheckpointName.TryParse(text, out CheckpointName name));
        Assert.Equal(step >= 0 ? new CheckpointName(step, revision) : default, name);
    }

    private CheckpointInfo Write(long step) => _store.Write(step, Checkpoint.Files(step));

    private IEnumerable<long> Steps() => _store.List().Good.Select(checkpoint => checkpoint.Step);

    private static void Damage(CheckpointInfo checkpoint, string damage)
    {
        string weights = checkpoint.PathOf("model.safetensors");
        string manifest = checkpoint.PathOf("manifest.json");
        byte[] bytes = File.ReadAllBytes(weights);
        string json = File.ReadAllText(manifest);
        switch (damage)
        {
            case "flip a weight":
                bytes[1234] ^= 4;
                File.WriteAllBytes(weights, bytes);
                break;
            case "cut the weights":
                File.WriteAllBytes(weights, bytes[..^1]);
                break;
            case "extend the weights":
                File.WriteAllBytes(weights, [.. bytes, 0]);
                break;
            case "remove the state":
                File.Delete(checkpoint.PathOf("state.json"));
                break;
            case "remove the manifest":
                File.Delete(manifest);
                break;
            case "empty the manifest":
                File.WriteAllBytes(manifest, []);
                break;
            case "cut the manifest":
                File.WriteAllText(manifest, json[..(json.Length / 2)]);
                break;
            case "manifest of another step":
                File.WriteAllText(manifest, json.Replace("1000", "500", StringComparison.Ordinal));
                break;
            case "manifest with a path":
                File.WriteAllText(manifest, json.Replace("state.json", "../state.json", StringComparison.Ordinal));
                break;
            case "manifest with a name twice":
                File.WriteAllText(manifest, json.Replace("state.json", "model.safetensors", StringComparison.Ordinal));
                break;
            case "manifest of lists":
                File.WriteAllText(manifest, "[1]");
                break;
            case "manifest of half a character":
                File.WriteAllText(manifest, json.Replace("state.json", "\\ud800", StringComparison.Ordinal), Encoding.ASCII);
                break;
            default:
                throw new ArgumentException(damage);
        }
    }
}
