using System;
using System.IO;
using TrainDsl.Checkpoints;
using Xunit;

namespace TrainDsl.Tests.Checkpoints;

public sealed class CheckpointFolderLockTests
{
    [Fact]
    public void A_second_run_in_this_process_is_refused_until_the_first_ends()
    {
        using TemporaryFolder folder = new();
        string path = folder.File("new/folder");
        using (CheckpointFolderLock first = CheckpointFolderLock.Acquire(path))
        {
            CheckpointFolderLockedException refusal = Assert.Throws<CheckpointFolderLockedException>(() => CheckpointFolderLock.Acquire(path));
            Assert.Equal(path, refusal.Folder);
            Assert.Equal(Environment.ProcessId, refusal.OwnerProcessId);
            Assert.Equal(Environment.MachineName, refusal.OwnerHost);
            Assert.InRange(refusal.OwnerStarted!.Value, DateTimeOffset.Now.AddDays(-1), DateTimeOffset.Now);
            Assert.Contains($"process {Environment.ProcessId} on {Environment.MachineName}, started ", refusal.Message, StringComparison.Ordinal);

            using CheckpointFolderLock other = CheckpointFolderLock.Acquire(folder.File("other"));
            first.Dispose();
        }

        CheckpointFolderLock.Acquire(path).Dispose();
        Assert.Equal([".run.lock"], Checkpoint.Names(path));
    }

    [Fact]
    public void A_lock_holds_against_other_processes_and_dies_with_its_owner()
    {
        using TemporaryFolder folder = new();
        using CheckpointProbe owner = new("lock", folder.Path);
        Assert.Equal("locked", owner.ReadLine());
        CheckpointFolderLockedException refusal = Assert.Throws<CheckpointFolderLockedException>(() => CheckpointFolderLock.Acquire(folder.Path));
        Assert.Equal(owner.Id, refusal.OwnerProcessId);

        owner.Kill();
        using CheckpointFolderLock ours = CheckpointFolderLock.Acquire(folder.Path);
        using CheckpointProbe second = new("lock", folder.Path);
        Assert.Contains($"in use by process {Environment.ProcessId} on ", second.ReadLine(), StringComparison.Ordinal);
        Assert.Equal(3, second.WaitForExit());
    }

    [Fact]
    public void A_damaged_note_of_the_owner_does_not_matter()
    {
        using TemporaryFolder folder = new();
        using CheckpointFolderLock first = CheckpointFolderLock.Acquire(folder.Path);
        File.WriteAllText(folder.File(".run.owner.json"), "{\"ProcessId\":");
        CheckpointFolderLockedException refusal = Assert.Throws<CheckpointFolderLockedException>(() => CheckpointFolderLock.Acquire(folder.Path));
        Assert.Null(refusal.OwnerProcessId);
        Assert.Contains("in use by another run", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_that_cannot_be_made_is_reported_with_path_and_remedy()
    {
        using TemporaryFolder folder = new();
        File.WriteAllText(folder.File("file"), string.Empty);
        CheckpointIOException exception = Assert.Throws<CheckpointIOException>(() => CheckpointFolderLock.Acquire(folder.File("file")));
        Assert.Equal(folder.File("file"), exception.Path);
        Assert.NotEmpty(exception.Remedy);
    }
}
