using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Linq;
using System.Text.RegularExpressions;
using System.Threading;
using Xunit;

namespace TrainDsl.Tests.Devices.Mpi;

/// <summary>The suite of collectives, and ranks that fail, under the launchers of both MPIs.</summary>
public sealed class MpiCollectiveTests
{
    /// <summary>Ranks, replicas in each, case.</summary>
    public static TheoryData<int, int, string> Suite()
    {
        TheoryData<int, int, string> data = [];
        foreach ((int ranks, int replicas) in new[] { (1, 1), (2, 1), (4, 1), (2, 2), (3, 3) })
        {
            foreach (string name in CollectiveSuite.Names)
            {
                data.Add(ranks, replicas, name);
            }
        }

        return data;
    }

    /// <summary>How rank 1 of 3 fails, and what the job must print.</summary>
    public static TheoryData<string, string[]> Failures() => new()
    {
        {
            "throw",
            [
                @"Rank 1 \(.* of 3 failed: System\.NotSupportedException: no such layer",
                "rank 0 was told that rank 1 failed",
                "rank 2 was told that rank 1 failed",
                @"Rank 2 \(.* of 3 stops: Rank 1 \(.* of 3 failed: System\.NotSupportedException: no such layer",
            ]
        },
        {
            "throw-in-replica",
            [@"Rank 1 \(.* of 3 failed: System\.NotSupportedException: no such layer", @"Rank 0 \(.* of 3 stops: Rank 1 \("]
        },
        { "hang", [@"Rank 1 \(.*\) did not come to Barrier within 3 s after rank [02]"] },
        { "late", ["Rank 0 of 3 on .* has waited 3 s for all ranks to start MPI"] },
        { "exit", ["member 0 called Barrier while member 1 called nothing more"] },
        { "exit-code", [@"Rank 1 \(.* of 3 exits with code 7 before the work of all ranks is done"] },
        { "mismatch", ["member 0 called Barrier while member 1 called AllReduce of a scalar"] },
    };

    [OpenMpiTheory]
    [MemberData(nameof(Suite))]
    public void Suite_passes_with_Open_MPI(int ranks, int replicas, string name) =>
        CheckSuite(MpiInstallation.OpenMpi, ranks, replicas, name);

    [MpichTheory]
    [MemberData(nameof(Suite))]
    public void Suite_passes_with_MPICH(int ranks, int replicas, string name) =>
        CheckSuite(MpiInstallation.Mpich, ranks, replicas, name);

    [OpenMpiTheory]
    [MemberData(nameof(Failures))]
    public void A_failing_rank_ends_the_job_with_Open_MPI(string mode, string[] messages) =>
        CheckFailure(MpiInstallation.OpenMpi, mode, messages);

    [MpichTheory]
    [MemberData(nameof(Failures))]
    public void A_failing_rank_ends_the_job_with_MPICH(string mode, string[] messages) =>
        CheckFailure(MpiInstallation.Mpich, mode, messages);

    [OpenMpiTheory]
    [InlineData(0)]
    [InlineData(2)]
    public void A_rank_that_dies_is_named_by_the_launcher_of_Open_MPI(int rank)
    {
        MpiJob job = MpiInstallation.OpenMpi.Run(3, "die", rank);

        Assert.NotEqual(0, job.ExitCode);
        Assert.Matches($"process rank {rank} .* exited on signal 9", job.Output);
    }

    [MpichTheory]
    [InlineData(0)]
    [InlineData(2)]
    public void A_rank_that_dies_ends_the_job_of_MPICH(int rank) => Assert.NotEqual(0, MpiInstallation.Mpich.Run(3, "die", rank).ExitCode);

    [OpenMpiTheory]
    [InlineData("hang")]
    [InlineData("die")]
    public void Ranks_that_another_process_starts_end_with_the_job_of_Open_MPI(string mode) => CheckNothingIsLeft(MpiInstallation.OpenMpi, mode);

    [MpichTheory]
    [InlineData("hang")]
    [InlineData("die")]
    public void Ranks_that_another_process_starts_end_with_the_job_of_MPICH(string mode) => CheckNothingIsLeft(MpiInstallation.Mpich, mode);

    [OpenMpiTheory]
    [InlineData(2)]
    public void The_runtime_keeps_its_signals_with_Open_MPI(int ranks) => CheckSignals(MpiInstallation.OpenMpi, ranks);

    [MpichTheory]
    [InlineData(2)]
    public void The_runtime_keeps_its_signals_with_MPICH(int ranks) => CheckSignals(MpiInstallation.Mpich, ranks);

    [OpenMpiTheory]
    [InlineData("nowhere/libmpi.so")]
    public void A_library_that_is_not_there_is_reported_with_what_to_install(string path)
    {
        MpiJob job = MpiInstallation.OpenMpi.Run(1, "suite", 1, new Dictionary<string, string> { ["TRAINDSL_MPI_LIBRARY"] = path });

        Assert.NotEqual(0, job.ExitCode);
        Assert.Contains($"none was found (tried {path})", job.Output);
        Assert.Contains("apt install openmpi-bin", job.Output);
        Assert.Contains("dnf install openmpi", job.Output);
        Assert.Contains("conda install -c conda-forge openmpi", job.Output);
    }

    [OpenMpiTheory]
    [InlineData(2)]
    public void A_process_without_a_launcher_is_told_how_to_start(int ranks)
    {
        MpiJob job = MpiInstallation.RunAlone(ranks);

        Assert.NotEqual(0, job.ExitCode);
        Assert.Contains("mpirun -np 2 dotnet run", job.Output);
    }

    private static void CheckSuite(MpiInstallation mpi, int ranks, int replicas, string name)
    {
        MpiJob job = mpi.Suite(ranks, replicas);
        for (int member = 0; member < ranks * replicas; member++)
        {
            string line = $"passed: {name}: member {member} of {ranks * replicas}";
            Assert.True(job.Output.Contains(line), $"'{line}' is missing from the output:\n{job.Output}");
        }

        Assert.True(job.ExitCode == 0, $"The job ended with exit code {job.ExitCode}:\n{job.Output}");
        for (int rank = 0; rank < ranks; rank++)
        {
            Assert.Matches($@"rank {rank} \(.*\) of {ranks}, local {rank} of {ranks}", job.Output);
        }
    }

    private static void CheckFailure(MpiInstallation mpi, string mode, string[] messages)
    {
        MpiJob job = mpi.Run(3, mode, argument: 1);

        Assert.NotEqual(0, job.ExitCode);
        foreach (string message in messages)
        {
            Assert.Matches(new Regex(message, RegexOptions.CultureInvariant), job.Output);
        }
    }

    private static void CheckNothingIsLeft(MpiInstallation mpi, string mode)
    {
        // A process between the launcher and the rank, as 'dotnet run' is, and the rank in a group of its own, as 'timeout' makes it: the launcher
        // ends the process that it started, and knows nothing of the rank.
        MpiJob job = mpi.Run(3, mode, argument: 1, wrapper: ["sh", "-c", "setsid --wait \"$@\"; exit $?", "sh"]);

        Assert.NotEqual(0, job.ExitCode);
        int[] ranks = Regex.Matches(job.Output, @"process (\d+)\) of 3, local").Select(match => int.Parse(match.Groups[1].Value)).ToArray();
        Assert.Equal(3, ranks.Length);
        Assert.True(
            SpinWait.SpinUntil(() => !Process.GetProcesses().Any(process => ranks.Contains(process.Id)), TimeSpan.FromMinutes(1)),
            $"Some of the processes {string.Join(", ", ranks)} go on:\n{job.Output}");
    }

    private static void CheckSignals(MpiInstallation mpi, int ranks)
    {
        MpiJob job = mpi.Run(ranks, "null-reference", argument: 0);

        Assert.True(job.ExitCode == 0, job.Output);
        for (int rank = 0; rank < ranks; rank++)
        {
            Assert.Contains($"rank {rank} caught it", job.Output);
        }
    }
}
