using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.ComponentModel;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Text;

namespace TrainDsl.Tests.Devices.Mpi;

/// <summary>An MPI that may be installed here, and jobs of the probe program under its launcher.</summary>
internal sealed class MpiInstallation
{
    // Far beyond what any job takes, so that only one that hangs reaches it.
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(3);

    private readonly string[] _arguments;
    private readonly Lazy<string?> _launcher;
    private readonly ConcurrentDictionary<(int Ranks, int Replicas), Lazy<MpiJob>> _suites = new();

    private MpiInstallation(string name, string package, string version, string[] launchers, string[] arguments)
    {
        _arguments = arguments;
        _launcher = new Lazy<string?>(() => launchers.FirstOrDefault(launcher => Answers(launcher, version)));
        SkipReason = IsInstalled ? null : $"{name} is not installed (Debian: apt install {package}).";
    }

    public static MpiInstallation OpenMpi { get; } = new(
        "Open MPI", "openmpi-bin", "Open MPI", ["mpirun.openmpi", "mpirun"], ["--allow-run-as-root", "--oversubscribe", "--bind-to", "none"]);

    public static MpiInstallation Mpich { get; } = new("MPICH", "mpich", "HYDRA", ["mpirun.mpich", "mpiexec.hydra", "mpirun"], []);

    /// <summary>Why its tests are skipped, or null.</summary>
    public string? SkipReason { get; }

    private bool IsInstalled => _launcher.Value is not null;

    /// <summary>The job that runs the whole suite of collectives; it runs once.</summary>
    public MpiJob Suite(int ranks, int replicas) =>
        _suites.GetOrAdd((ranks, replicas), key => new Lazy<MpiJob>(() => Run(key.Ranks, "suite", key.Replicas))).Value;

    /// <summary>Runs the probe, one process a rank, and waits for its end.</summary>
    /// <param name="ranks">The number of ranks.</param>
    /// <param name="mode">What they do.</param>
    /// <param name="argument">A number that goes with it: for the suite the replicas of each rank, otherwise the rank that does it.</param>
    /// <param name="environment">Variables to add.</param>
    /// <param name="wrapper">The start of a command line that starts each rank.</param>
    public MpiJob Run(
        int ranks, string mode, int argument, IReadOnlyDictionary<string, string>? environment = null, params string[] wrapper)
    {
        List<string> arguments = [.. _arguments, "-np", $"{ranks}", .. wrapper, Host(), ProbePath(), $"{ranks}", mode, $"{argument}"];
        return Start(_launcher.Value!, arguments, environment);
    }

    /// <summary>Runs the probe without a launcher.</summary>
    public static MpiJob RunAlone(int ranks, IReadOnlyDictionary<string, string>? environment = null) =>
        Start(Host(), [ProbePath(), $"{ranks}", "suite", "1"], environment);

    private static MpiJob Start(string program, List<string> arguments, IReadOnlyDictionary<string, string>? environment)
    {
        ProcessStartInfo start = new(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["DOTNET_gcServer"] = "0";
        foreach ((string name, string value) in environment ?? new Dictionary<string, string>())
        {
            start.Environment[name] = value;
        }

        using Process process = Process.Start(start)!;
        StringBuilder output = new();
        void Collect(object sender, DataReceivedEventArgs line)
        {
            lock (output)
            {
                output.AppendLine(line.Data);
            }
        }

        process.OutputDataReceived += Collect;
        process.ErrorDataReceived += Collect;
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        if (!process.WaitForExit(Limit))
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"{program} {string.Join(' ', arguments)} did not end within {Limit}. It printed:\n{output}");
        }

        process.WaitForExit();
        return new MpiJob(process.ExitCode, output.ToString());
    }

    private static bool Answers(string launcher, string version)
    {
        try
        {
            ProcessStartInfo start = new(launcher, ["--version"]) { RedirectStandardOutput = true, RedirectStandardError = true };
            using Process process = Process.Start(start)!;
            return process.StandardOutput.ReadToEnd().Contains(version, StringComparison.Ordinal);
        }
        catch (Win32Exception)
        {
            return false;
        }
    }

    private static string Host() => Environment.ProcessPath is { } path && Path.GetFileNameWithoutExtension(path) == "dotnet" ? path : "dotnet";

    private static string ProbePath() => Path.Combine(AppContext.BaseDirectory, "TrainDsl.Tests.MpiProbe.dll");
}

/// <summary>What a job came to.</summary>
/// <param name="ExitCode">The launcher's exit code.</param>
/// <param name="Output">What launcher and ranks printed.</param>
internal sealed record MpiJob(int ExitCode, string Output);
