using System;
using System.Runtime.InteropServices;
using System.Text;
using System.Threading;
using TrainDsl.Checkpoints;

namespace TrainDsl.Tests.CheckpointProbe;

/// <summary>
/// <c>lock FOLDER</c> takes the folder's lock, prints <c>locked</c> and holds it until its standard input ends; exits with 3 where it is refused.
/// <c>write FOLDER FIRST</c> takes the lock, removes leftovers, prints <c>ready</c> and writes checkpoints from step FIRST on until it is killed:
/// in <c>model.safetensors</c> every element is the step, and <c>state.json</c> holds the step.
/// </summary>
internal static class Program
{
    private const int Elements = 100_000;

    private static int Main(string[] arguments)
    {
        try
        {
            using CheckpointFolderLock folderLock = CheckpointFolderLock.Acquire(arguments[1]);
            if (arguments[0] == "write")
            {
                Write(arguments[1], long.Parse(arguments[2]));
            }

            Console.WriteLine("locked");
            Console.In.ReadToEnd();
            return 0;
        }
        catch (CheckpointFolderLockedException e)
        {
            Console.WriteLine(e.Message);
            return 3;
        }
    }

    private static unsafe void Write(string folder, long first)
    {
        long* data = (long*)NativeMemory.Alloc(Elements, sizeof(long));
        CheckpointSnapshot snapshot = new(
            new CheckpointSnapshotFile(
                "model.safetensors", [new SafetensorsTensor("steps", SafetensorsDtype.I64, [Elements], data, Elements * sizeof(long))]));
        CheckpointStore store = new(folder);
        store.RemoveLeftovers();
        using CheckpointWriter writer = new(store, keep: 2, outcome =>
        {
            if (outcome.Failure is not null || outcome.PruneFailure is not null)
            {
                Console.WriteLine(outcome);
            }
        });
        Console.WriteLine("ready");
        for (long step = first; ; step++)
        {
            new Span<long>(data, Elements).Fill(step);
            writer.TryBegin(step, snapshot, Encoding.UTF8.GetBytes($"{{\"step\":{step}}}"), [], Timeout.InfiniteTimeSpan);
        }
    }
}
