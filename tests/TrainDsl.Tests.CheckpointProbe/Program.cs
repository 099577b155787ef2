using System;
using System.IO;
using System.Linq;
using System.Runtime.InteropServices;
using System.Text;
using System.Threading;
using TrainDsl.Checkpoints;
using TrainDsl.Tests.Resuming;

namespace TrainDsl.Tests.CheckpointProbe;

/// <summary>
/// <c>lock FOLDER</c> takes the folder's lock, prints <c>locked</c> and holds it until its standard input ends; exits with 3 where it is refused.
/// <c>write FOLDER FIRST</c> takes the lock, removes leftovers, prints <c>ready</c> and writes checkpoints from step FIRST on until it is killed:
/// in <c>model.safetensors</c> every element is the step, and <c>state.json</c> holds the step.
/// <c>train FOLDER RESULT</c> goes on with <see cref="KilledTraining"/> from the latest checkpoint, prints each step, and writes the model's bytes to
/// RESULT at the end. <c>hungry FOLDER RESULT MEBIBYTES</c> trains <see cref="HungryTraining"/> with no more address space than that beyond what it has
/// when it begins; 0 for no limit. <c>talk</c>, <c>talk-checkpointed FOLDER</c> and <c>short FOLDER</c>, <c>cultured FOLDER</c> show a run on the console, with a hook that writes to it too,
/// and print <c>the program goes on</c> after it.
/// </summary>
internal static partial class Program
{
    private const int Elements = 100_000;

    private static int Main(string[] arguments)
    {
        if (arguments[0] is "talk" or "talk-checkpointed" or "short" or "cultured")
        {
            Show(arguments);
            return 0;
        }

        if (arguments[0] is "train" or "hungry")
        {
            Train(arguments);
            return 0;
        }

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

    private static void Train(string[] arguments)
    {
        var options = new TrainingOptions
        {
            CheckpointFolder = arguments[1],
            Resume = Resume.Latest,
            Monitors = [new StepPrinter(Console.Out)],
            Device = TorchSharp.DeviceType.CPU,
        };
        if (arguments[0] == "train")
        {
            using var training = new KilledTraining(new ResumedSamples());
            training.Run(options);
            File.WriteAllBytes(arguments[2], ModelBytes.Of(training.Model));
            return;
        }

        using var hungry = new HungryTraining(new ResumedSamples());
        _ = hungry.MeasureMemory(options with { MicroBatch = 1 });
        LimitMemory(long.Parse(arguments[3]) << 20);
        hungry.Run(options);
        File.WriteAllBytes(arguments[2], ModelBytes.Of(hungry.Model));
    }

    private static void Show(string[] arguments)
    {
        var options = new TrainingOptions { CheckpointFolder = arguments.Length > 1 ? arguments[1] : null, Device = TorchSharp.DeviceType.CPU };
        if (arguments[0] == "talk")
        {
            using var training = new TalkingTraining(new ResumedSamples());
            training.Run(options);
        }
        else if (arguments[0] == "talk-checkpointed")
        {
            using var training = new TalkingCheckpointedTraining(new ResumedSamples());
            training.Run(options);
        }
        else if (arguments[0] == "cultured")
        {
            // The second run moves the first one's checkpoints aside, into a folder named by the time.
            Console.WriteLine("culture " + System.Globalization.CultureInfo.CurrentCulture.Name);
            for (int run = 0; run < 2; run++)
            {
                using var training = new CulturedTraining(new ResumedSamples());
                Console.WriteLine(training.Run(options with { Validation = new ResumedSamples() }));
                Console.WriteLine(training.MeasureMemory(options).Plan);
            }
        }
        else
        {
            using var training = new ShortTraining(new ResumedSamples());
            training.Run(options with { Validation = new ResumedSamples(), MicroBatch = 4 });
            File.WriteAllText(Path.Combine(arguments[1], "done"), "");
        }

        Console.WriteLine("the program goes on");
    }

    private static unsafe void LimitMemory(long more)
    {
        const int AddressSpace = 9;
        if (more > 0)
        {
            long used = 1024 * long.Parse(
                File.ReadLines("/proc/self/status").First(static line => line.StartsWith("VmSize:", StringComparison.Ordinal)).Split(' ', '\t')
                    .First(static word => word.Length > 0 && char.IsDigit(word[0])));
            long* limits = stackalloc long[] { used + more, used + more };
            if (SetLimit(AddressSpace, limits) != 0)
            {
                throw new InvalidOperationException($"setrlimit failed with {Marshal.GetLastPInvokeError()}.");
            }
        }
    }

    [LibraryImport("libc", EntryPoint = "setrlimit", SetLastError = true)]
    private static unsafe partial int SetLimit(int resource, long* limits);

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
