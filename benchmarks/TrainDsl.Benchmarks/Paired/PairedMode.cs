using System;
using System.Collections.Generic;
using System.IO;
using System.Runtime.InteropServices;
using TrainDsl.Benchmarks.Loops;
using TrainDsl.Benchmarks.Models;
using static TorchSharp.torch;

namespace TrainDsl.Benchmarks.Paired;

/// <summary>
/// Loops run in turn, block by block, and compared by the ratio of their medians. On a machine with other work whole seconds are slow, for every loop alike: what was
/// measured one loop after the other differs by more than the loops do.
/// </summary>
internal static class PairedMode
{
    /// <summary>The name of the mode on the command line.</summary>
    public const string Mode = "paired";

    /// <summary>Measures and prints.</summary>
    /// <param name="options">What to measure.</param>
    /// <param name="output">Where to print.</param>
    public static void Run(PairedOptions options, TextWriter output)
    {
        output.WriteLine($"{RuntimeInformation.OSDescription}, {Environment.ProcessorCount} cores, {get_num_threads()} intra-op threads, {RuntimeInformation.FrameworkDescription}, "
            + $"libtorch {__version__}, load {Load()}; {options.Rounds} rounds after {options.Warmup} of warm-up.");
        output.WriteLine();
        foreach (string name in options.Models)
        {
            PairedModel model = PairedModel.Of(name);
            int steps = options.Steps ?? model.Steps;
            if (options.Before is { } before)
            {
                Compare(model, before, options, steps, output);
            }
            else
            {
                CompareLoops(model, options, steps, output);
            }
        }

        output.WriteLine($"Load at the end: {Load()}.");
    }

    private static void CompareLoops(PairedModel model, PairedOptions options, int steps, TextWriter output)
    {
        string folder = Directory.CreateTempSubdirectory("traindsl-paired-").FullName;
        var loops = new List<PairedLoop>
        {
            new("idiomatic") { Own = new IdiomaticLoop(model.NewModel(), model.Batches) },
            new("generated"),
            new("hand-written") { Own = new HandWrittenLoop(model.NewModel(), model.Batches) },
            new("floor") { Own = model.NewFloor(model) },
        };
        try
        {
            try
            {
                loops.Add(new PairedLoop("PyTorch") { Child = PyTorchLoop.Start(model, options, steps, folder) });
            }
            catch (IOException failure)
            {
                output.WriteLine($"Without PyTorch: {failure.Message.AsSpan(failure.Message.LastIndexOf('\n') + 1)}");
                output.WriteLine();
            }

            using ISteppedTraining training = model.NewTraining();
            new PairedSession(loops, options, steps).RunWithin(training, model);
            PairedTable.Write(output, model.Name, loops);
        }
        finally
        {
            loops.ForEach(static loop => loop.Dispose());
            Directory.Delete(folder, recursive: true);
        }
    }

    // Both have a process of their own, so that neither has what the other lacks.
    private static void Compare(PairedModel model, string before, PairedOptions options, int steps, TextWriter output)
    {
        using PairedLoop old = Child("before", before, model, steps);
        using PairedLoop current = Child("after", typeof(PairedMode).Assembly.Location, model, steps);
        PairedLoop[] loops = [old, current];
        new PairedSession(loops, options, steps).RunChildren();
        PairedTable.Write(output, model.Name, loops);
    }

    private static PairedLoop Child(string name, string program, PairedModel model, int steps) => new(name)
    {
        Child = ChildLoop.Start(
            "dotnet", [program, BlockServer.Mode, "--models", model.Name, "--steps", $"{steps}", "--threads", $"{get_num_threads()}"]),
    };

    // Processes that run or wait to run, over the last minute.
    private static string Load() => File.Exists("/proc/loadavg") ? File.ReadAllText("/proc/loadavg").Split(' ')[0] : "unknown";
}
