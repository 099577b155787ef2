using System.Collections.Generic;
using System.Threading;
using TrainDsl.Benchmarks.Models;

namespace TrainDsl.Benchmarks.Paired;

/// <summary>
/// Runs a declared training as it is, and between its steps whatever else has its turn, on the same thread: libtorch keeps threads of its own for each
/// thread that computes, and two sets of them would get in each other's way.
/// </summary>
internal static class HostedRun
{
    private static readonly TrainingOptions s_quiet = new() { Monitors = [] };

    /// <summary>Trains until the sequence ends.</summary>
    /// <param name="training">The training.</param>
    /// <param name="turns">Says how many steps the training makes before it goes on; its first element is asked for after the first step.</param>
    public static void Run(ISteppedTraining training, IEnumerator<int> turns)
    {
        using var stop = new CancellationTokenSource();
        int left = 1;
        training.Stepped = () =>
        {
            if (--left > 0)
            {
                return;
            }

            if (turns.MoveNext())
            {
                left = turns.Current;
            }
            else
            {
                stop.Cancel();
            }
        };
        training.Run(s_quiet, stop.Token);
    }
}
