using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using TrainDsl.Checkpoints;
using Xunit;

namespace TrainDsl.Tests.Checkpoints;

/// <summary>Links in a checkpoint folder: whatever is removed or moved, what they point to stays.</summary>
public sealed class CheckpointLinkTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly CheckpointStore _store;
    private readonly string _precious;

    public CheckpointLinkTests()
    {
        _store = new CheckpointStore(_folder.File("checkpoints"));
        Write(100);
        Write(200);
        _precious = _folder.File("precious");
        Directory.CreateDirectory(Path.Combine(_precious, "sub"));
        File.WriteAllText(Path.Combine(_precious, "a"), "a");
        File.WriteAllText(Path.Combine(_precious, "model.safetensors"), "b");
        File.WriteAllText(Path.Combine(_precious, "sub", "c"), "c");
    }

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("step-0000000001")]
    [InlineData("step-0000000100-r2")]
    public void A_link_named_like_a_checkpoint_is_not_followed(string name)
    {
        Link(name, _precious);
        _store.Prune(1, []);
        AssertPreciousIsWhole();
    }

    [Fact]
    public void A_checkpoint_that_was_moved_and_linked_is_read_through_the_link_and_only_the_link_is_removed()
    {
        string archive = _folder.File("archive");
        Directory.Move(Path.Combine(_store.Folder, "step-0000000100"), archive);
        Link("step-0000000100", "../archive");
        Assert.Equal([200L, 100L], _store.List().Good.Select(static good => good.Step));

        _store.Prune(1, []);

        Assert.Equal(["step-0000000200"], Checkpoint.Names(_store.Folder));
        Assert.NotNull(CheckpointStore.Open(archive, [], out _));
    }

    [Fact]
    public void A_leftover_that_is_a_link_is_removed_as_a_link()
    {
        Link(".step-0000000150.tmp-0123456789abcdef0123456789abcdef", _precious);
        Assert.Equal(1, _store.RemoveLeftovers());
        AssertPreciousIsWhole();
        Assert.Equal(["step-0000000100", "step-0000000200"], Checkpoint.Names(_store.Folder));
    }

    [Fact]
    public void A_link_in_place_of_a_file_is_removed_as_a_link()
    {
        string state = Path.Combine(_store.Folder, "step-0000000100", "state.json");
        File.Move(state, _folder.File("state"));
        File.CreateSymbolicLink(state, _folder.File("state"));
        _store.Prune(1, []);
        Assert.True(File.Exists(_folder.File("state")));
        Assert.Equal(["step-0000000200"], Checkpoint.Names(_store.Folder));
    }

    [Fact]
    public void What_no_manifest_names_stays_where_it_is_and_is_told_once()
    {
        string folder = Path.Combine(_store.Folder, "step-0000000100");
        File.WriteAllText(Path.Combine(folder, "notes.txt"), "the user's");
        Directory.CreateSymbolicLink(Path.Combine(folder, "link"), _precious);

        _store.Prune(1, []);
        _store.Prune(1, []);

        Assert.Equal(["link", "notes.txt"], Checkpoint.Names(folder));
        AssertPreciousIsWhole();
        Assert.Contains($"'{folder}' stays", Assert.Single(_store.TakeNotes()), StringComparison.Ordinal);
    }

    [Fact]
    public void A_relative_link_that_is_moved_aside_leads_to_the_same_place()
    {
        Directory.Move(Path.Combine(_store.Folder, "step-0000000200"), _folder.File("archive"));
        Link("step-0000000200", "../archive");
        _store.Supersede(-1);
        Write(5);
        _store.MoveSupersededAside();

        Assert.Equal([5L], _store.List().Good.Select(static good => good.Step));
        string earlier = Assert.Single(Directory.GetDirectories(_store.Folder, "earlier-*"));
        Assert.Equal([200L, 100L], new CheckpointStore(earlier).List().Good.Select(static good => good.Step));
    }

    [Fact]
    public void A_failed_write_removes_what_it_wrote_and_nothing_else()
    {
        Assert.Throws<InvalidDataException>(() => _store.Write(300,
        [
            new CheckpointFile("a", static _ => { }),
            new CheckpointFile("b", _ =>
            {
                string temporary = Directory.GetDirectories(_store.Folder, ".step-*").Single();
                Directory.CreateSymbolicLink(Path.Combine(temporary, "link"), _precious);
                throw new InvalidDataException();
            }),
        ]));
        AssertPreciousIsWhole();
    }

    [Fact]
    public void The_owner_of_the_folder_is_not_written_through_a_link()
    {
        File.CreateSymbolicLink(Path.Combine(_store.Folder, ".run.owner.json"), Path.Combine(_precious, "a"));
        CheckpointFolderLock.Acquire(_store.Folder).Dispose();
        AssertPreciousIsWhole();
    }

    [Fact]
    public void Paths_are_one_whatever_links_lead_there()
    {
        Directory.CreateSymbolicLink(_folder.File("other"), "checkpoints");
        Directory.CreateSymbolicLink(_folder.File("direct"), Path.Combine("other", "step-0000000100"));
        foreach (string path in new[] { "checkpoints/step-0000000100/", "other/step-0000000100", "other/../other/step-0000000100", "direct" })
        {
            Assert.True(_store.Contains(_folder.File(path)), path);
        }

        Assert.False(_store.Contains(_precious));
        Directory.CreateSymbolicLink(_folder.File("circle"), "circle");
        Assert.False(_store.Contains(_folder.File("circle")));
    }

    private void Write(long step) => _store.Write(step, Checkpoint.Files(step));

    private void Link(string name, string target) => Directory.CreateSymbolicLink(Path.Combine(_store.Folder, name), target);

    private void AssertPreciousIsWhole()
    {
        Assert.Equal(["a", "model.safetensors", "sub"], Checkpoint.Names(_precious));
        Assert.Equal("a", File.ReadAllText(Path.Combine(_precious, "a")));
        Assert.Equal("b", File.ReadAllText(Path.Combine(_precious, "model.safetensors")));
        Assert.Equal("c", File.ReadAllText(Path.Combine(_precious, "sub", "c")));
    }
}
