using System;
using System.Collections.Generic;
using TrainDsl.Checkpoints;
using Xunit;

namespace TrainDsl.Tests.Checkpoints;

/// <summary>Real disks that refuse.</summary>
public sealed class CheckpointDiskTests
{
    [MountFact]
    public void A_full_disk_is_reported_and_costs_nothing_that_was_there()
    {
        using SmallDisk disk = new();
        CheckpointStore store = new(disk.Path);
        store.Write(100, Checkpoint.Files(100));
        CheckpointIOException exception = Assert.Throws<CheckpointIOException>(
            () => store.Write(200, [new CheckpointFile("large", stream => stream.Write(new byte[2 << 20]))]));
        Assert.Contains("The disk is full: free space", exception.Message, StringComparison.Ordinal);
        Assert.EndsWith("large", exception.Path, StringComparison.Ordinal);

        // Room is given back at once, and the next attempt succeeds.
        Assert.Equal(["step-0000000100"], Checkpoint.Names(disk.Path));
        store.Write(300, Checkpoint.Files(300));
        Checkpoint.AssertWhole(store.FindLatest(out IReadOnlyList<CheckpointProblem> skipped)!);
        Assert.Empty(skipped);
    }

    [MountFact]
    public void A_read_only_disk_is_reported_and_still_read()
    {
        using SmallDisk disk = new();
        CheckpointStore store = new(disk.Path);
        store.Write(100, Checkpoint.Files(100));
        store.Write(200, Checkpoint.Files(200));
        disk.MakeReadOnly();
        CheckpointIOException exception = Assert.Throws<CheckpointIOException>(() => store.Write(300, Checkpoint.Files(300)));
        Assert.Contains("mounted read-only", exception.Remedy, StringComparison.Ordinal);
        Assert.Contains("mounted read-only", Assert.Throws<CheckpointIOException>(() => store.Prune(1, [])).Remedy, StringComparison.Ordinal);
        Assert.Throws<CheckpointIOException>(() => CheckpointFolderLock.Acquire(disk.Path));
        Assert.Equal(200, store.FindLatest(out _)!.Step);
    }
}
