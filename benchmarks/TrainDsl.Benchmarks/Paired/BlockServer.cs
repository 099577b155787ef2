using System;
using System.Collections.Generic;
using System.IO;
using TrainDsl.Benchmarks.Models;

namespace TrainDsl.Benchmarks.Paired;

/// <summary>The child's side of <see cref="ChildLoop"/>: the generated loop of this build, block by block.</summary>
internal static class BlockServer
{
    /// <summary>The name of the mode on the command line; <see cref="PairedOptions"/> with one model follow.</summary>
    public const string Mode = "blocks";

    /// <summary>Serves blocks until the input ends.</summary>
    /// <param name="options">The model, the steps and the threads.</param>
    public static void Serve(PairedOptions options)
    {
        PairedModel model = PairedModel.Of(options.Models[0]);
        using ISteppedTraining training = model.NewTraining();
        HostedRun.Run(training, Blocks(options.Steps ?? model.Steps, Console.In, Console.Out));
    }

    private static IEnumerator<int> Blocks(int steps, TextReader input, TextWriter output)
    {
        output.WriteLine(ChildLoop.Ready);
        output.Flush();
        var clock = new BlockClock();
        while (input.ReadLine() is not null)
        {
            yield return BlockClock.LeadIn;
            clock.Start();
            yield return steps;
            output.WriteLine(ChildLoop.Answer(clock.Stop(steps)));
            output.Flush();
        }
    }
}
