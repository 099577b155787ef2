using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Globalization;
using System.IO;
using System.Runtime.InteropServices;
using System.Threading;
using TrainDsl;
using TrainDsl.Devices;
using TrainDsl.Devices.Mpi;
using TrainDsl.Tests.Devices;

int ranks = int.Parse(args[0], CultureInfo.InvariantCulture);
string mode = args[1];
int argument = args.Length > 2 ? int.Parse(args[2], CultureInfo.InvariantCulture) : 0;

if (mode == "late" && MpiEnvironment.Current.Rank == argument)
{
    Thread.Sleep(Timeout.Infinite);
}

// Nothing here takes long but what a mode makes long.
var session = MpiSession.Open(ranks, TimeSpan.FromSeconds(mode is "hang" or "late" or "die" ? 3 : 60));
Console.WriteLine(
    $"{session.Describe(session.Rank)} of {session.Size}, local {session.LocalRank} of {session.LocalSize}, {session.Library.Version}");

if (mode == "suite")
{
    session.Run(all => RunSuite(all, argument));
}
else if (mode.StartsWith("train", StringComparison.Ordinal))
{
    Train(mode, session.Rank, argument);
}
else
{
    session.Run(all => Misbehave(all, mode, all.Rank == argument));
}

return 0;

// The plan comes from the launcher and the environment, as it would for a user.
static void Train(string mode, int rank, int failsAt)
{
    var samples = new FactorSamples((64 * 7) + 20, mode == "train-fails" && rank == 1 ? failsAt : -1);
    var recorder = new LossRecorder();
    var options = new TrainingOptions { Monitors = [recorder], Validation = new FactorSamples(50) };
    if (mode == "train-declared")
    {
        using var declared = new TwoNodes(samples);
        Report(declared.Run(options), declared.Model);
    }
    else
    {
        using var training = new AdamWFactors(samples);
        Report(training.Run(options), training.Model);
    }

    void Report(TrainingResult result, FactorModel model)
    {
        Console.WriteLine($"plan of rank {rank}: {result.Plan}");
        Console.WriteLine($"heard by rank {rank}: {recorder.Losses.Count}");

        // Launchers cut long lines of several ranks into each other.
        string folder = Environment.GetEnvironmentVariable("WEIGHTS_FOLDER")!;
        File.WriteAllBytes(Path.Combine(folder, $"{rank}"), MemoryMarshal.AsBytes<float>(FactorModel.WeightsOf(model)));
    }
}

static void RunSuite(MpiCollective all, int replicas)
{
    foreach (string name in CollectiveSuite.Names)
    {
        if (replicas == 1)
        {
            RunCase(name, all, 1);
        }
        else
        {
            InProcessGroup group = new(replicas);
            HierarchicalCollective[] members = HierarchicalCollective.Create(group, all);
            ReplicaGroup.Run(group, local => RunCase(name, members[local.Rank], replicas));
        }
    }
}

static void RunCase(string name, ICollective member, int replicas)
{
    CollectiveSuite.Run(name, member, replicas);
    Console.WriteLine($"passed: {name}: member {member.Rank} of {member.Size}");
}

static void Misbehave(MpiCollective all, string mode, bool isChosen)
{
    all.Barrier();
    switch (mode)
    {
        case "throw" when isChosen:
            throw new NotSupportedException("no such layer");

        case "throw":
            try
            {
                all.Barrier();
            }
            catch (CollectiveAbortedException aborted)
            {
                Console.WriteLine($"rank {all.Rank} was told that rank {aborted.FailedRank} failed");
                throw;
            }

            break;

        case "throw-in-replica":
            InProcessGroup group = new(2);
            HierarchicalCollective[] members = HierarchicalCollective.Create(group, all);
            ReplicaGroup.Run(group, local =>
            {
                if (isChosen && local.Rank == 1)
                {
                    throw new NotSupportedException("no such layer");
                }

                members[local.Rank].Barrier();
            });
            break;

        case "hang" or "late" when isChosen:
            Thread.Sleep(Timeout.Infinite);
            break;

        case "die" when isChosen:
            Process.GetCurrentProcess().Kill();
            break;

        case "exit" when isChosen:
            return;

        case "exit-code" when isChosen:
            Environment.Exit(7);
            break;

        case "mismatch" when isChosen:
            _ = all.AllReduce(1.0);
            break;

        case "null-reference":
            // The runtime turns a fault into this exception; an MPI library that takes the signal over would end the process instead.
            try
            {
                Console.WriteLine(Nothing()!.Length);
            }
            catch (NullReferenceException)
            {
                Console.WriteLine($"rank {all.Rank} caught it");
            }

            break;
    }

    all.Barrier();

    static string? Nothing() => null;
}

internal sealed class LossRecorder : ITrainingMonitor
{
    public List<double> Losses { get; } = [];

    public void OnStep(in StepReport step) => Losses.Add(step.Loss);
}
