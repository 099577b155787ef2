using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using TrainDsl.Checkpoints;
using Xunit;

namespace TrainDsl.Tests.Checkpoints;

/// <summary>
/// A fault at every single operation on disk: afterwards the folder holds the checkpoint from before or the new one, whole, and no visible one
/// is anything else.
/// </summary>
public sealed class CheckpointFaultTests
{
    [Theory]
    [MemberData(nameof(Faults))]
    public void A_new_checkpoint_and_the_removal_of_the_old(Fault fault) => AtEveryOperation(fault, [100], store =>
    {
        store.Write(200, Checkpoint.Files(200));
        store.Prune(1, []);
    });

    [Theory]
    [MemberData(nameof(Faults))]
    public void The_first_checkpoint(Fault fault) => AtEveryOperation(fault, [], store => store.Write(200, Checkpoint.Files(200)));

    [Theory]
    [MemberData(nameof(Faults))]
    public void The_same_step_again(Fault fault) => AtEveryOperation(fault, [200], store =>
    {
        store.Write(200, Checkpoint.Files(200));
        store.Prune(1, []);
    });

    [Theory]
    [MemberData(nameof(Faults))]
    public void The_removal_of_several(Fault fault) => AtEveryOperation(fault, [50, 100, 150, 180], store =>
    {
        store.Write(200, Checkpoint.Files(200));
        store.Prune(2, [100]);
    });

    public static IEnumerable<object[]> Faults() => Enum.GetValues<Fault>().Select(fault => new object[] { fault });

    private static void AtEveryOperation(Fault fault, long[] before, Action<CheckpointStore> action)
    {
        int seeds = fault == Fault.PowerCutLosesAnything ? 8 : 1;
        int struck = 0;
        bool strikes;
        int operation = 1;
        do
        {
            strikes = false;
            for (int seed = 0; seed < seeds; seed++)
            {
                strikes = AtOperation(operation, fault, seed, before, action);
                struck += strikes ? 1 : 0;
            }

            operation++;
        }
        while (strikes);

        // Two files and the manifest are created, written and flushed, the folder created, flushed, renamed and its parent flushed.
        Assert.True(struck >= 14 * seeds, $"only {struck} faults");
    }

    private static bool AtOperation(int operation, Fault fault, int seed, long[] before, Action<CheckpointStore> action)
    {
        using TemporaryFolder folder = new();
        string path = folder.File("run/checkpoints");
        CheckpointStore healthy = new(path, Healthy());
        foreach (long step in before)
        {
            healthy.Write(step, Checkpoint.Files(step));
        }

        FaultyFileOperations operations = new(operation, fault, seed);
        CheckpointStore faulty = new(path, operations);
        long written = before.DefaultIfEmpty(-1).Max();
        try
        {
            action(faulty);
            written = 200;

            // What has returned must outlast a power cut right after.
            operations.CutPower();
        }
        catch (CheckpointIOException e) when (fault is Fault.Refused or Fault.RefusedAfterwards or Fault.RefusedFromThenOn)
        {
            Assert.Contains("injected", e.Message, StringComparison.Ordinal);
            Assert.NotEmpty(e.Remedy);
        }
        catch (KilledException)
        {
        }

        // The next run: whatever is visible is whole, and nothing that was there is missing before the new one is there.
        CheckpointStore next = new(path, Healthy());
        CheckpointListing listing = next.List();
        Assert.Empty(listing.Skipped);
        Assert.All(listing.Good, Checkpoint.AssertWhole);
        CheckpointInfo? latest = next.FindLatest(out _);
        Assert.Equal(latest?.Folder, listing.Good.Select(checkpoint => checkpoint.Folder).FirstOrDefault());
        Assert.True((latest?.Step ?? -1) >= written, $"operation {operation}: found {latest?.Step}, expected at least {written}");
        if (latest?.Step != 200)
        {
            Assert.Equal(before.OrderDescending(), listing.Good.Select(checkpoint => checkpoint.Step));
        }

        // And it goes on as if nothing had been.
        next.RemoveLeftovers();
        next.Write(300, Checkpoint.Files(300));
        next.Prune(1, []);
        Checkpoint.AssertWhole(next.FindLatest(out IReadOnlyList<CheckpointProblem> skipped)!);
        Assert.Empty(skipped);
        Assert.Equal(["step-0000000300"], Checkpoint.Names(path));
        return operations.Struck;
    }

    /// <summary>No fault at all, and no flush to disk, which only costs time here.</summary>
    private static FaultyFileOperations Healthy() => new(faultAt: 0, Fault.Refused);
}
