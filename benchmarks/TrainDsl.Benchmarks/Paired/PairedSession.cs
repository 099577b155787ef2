using System.Collections.Generic;
using TrainDsl.Benchmarks.Loops;
using TrainDsl.Benchmarks.Models;

namespace TrainDsl.Benchmarks.Paired;

/// <summary>Has the loops of a model take turns.</summary>
/// <param name="loops">The loops.</param>
/// <param name="options">How many rounds.</param>
/// <param name="steps">The steps of a block.</param>
internal sealed class PairedSession(IReadOnlyList<PairedLoop> loops, PairedOptions options, int steps)
{
    /// <summary>Runs every round in the given training, whose generated loop is one of the loops.</summary>
    public void RunWithin(ISteppedTraining training, PairedModel model) => HostedRun.Run(training, Turns(training, model));

    /// <summary>Runs every round with loops that all have processes of their own.</summary>
    public void RunChildren()
    {
        for (int round = 0; round < options.Warmup + options.Rounds; round++)
        {
            foreach (int turn in Paired.Turns.Of(round, loops.Count))
            {
                Keep(round, loops[turn], loops[turn].Child!.Run());
            }
        }
    }

    // What it yields is how many steps the generated loop makes before the next turn.
    private IEnumerator<int> Turns(ISteppedTraining training, PairedModel model)
    {
        // The generated loop has made its first step by now.
        foreach (PairedLoop loop in loops)
        {
            loop.Own?.Run(1);
        }

        var clock = new BlockClock();
        for (int round = 0; round < options.Warmup + options.Rounds; round++)
        {
            foreach (int turn in Paired.Turns.Of(round, loops.Count))
            {
                PairedLoop loop = loops[turn];
                if (loop.Child is { } child)
                {
                    Keep(round, loop, child.Run());
                }
                else if (loop.Own is { } own)
                {
                    own.Run(BlockClock.LeadIn);
                    clock.Start();
                    own.Run(steps);
                    Keep(round, loop, clock.Stop(steps));
                }
                else
                {
                    yield return BlockClock.LeadIn;
                    clock.Start();
                    yield return steps;
                    Keep(round, loop, clock.Stop(steps));
                }
            }

            if (round == 0)
            {
                SameTraining.Check(loops, training, model);
            }
        }
    }

    private void Keep(int round, PairedLoop loop, Block block)
    {
        if (round >= options.Warmup)
        {
            loop.Add(block);
        }
    }
}
