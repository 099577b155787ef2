using System;
using System.Diagnostics;
using System.IO;

namespace TrainDsl.Tests.Checkpoints;

/// <summary>A process of its own that holds a checkpoint folder; killed with SIGKILL at the latest when disposed.</summary>
internal sealed class CheckpointProbe : IDisposable
{
    private readonly Process _process;

    public CheckpointProbe(params string[] arguments)
    {
        ProcessStartInfo start = new(Environment.ProcessPath is { } host && Path.GetFileNameWithoutExtension(host) == "dotnet" ? host : "dotnet")
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "TrainDsl.Tests.CheckpointProbe.dll"));
        foreach (string argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        _process = Process.Start(start)!;
    }

    public int Id => _process.Id;

    public bool HasExited => _process.HasExited;

    /// <summary>The next line that it prints; null where it has ended.</summary>
    public string? ReadLine() => _process.StandardOutput.ReadLine();

    /// <summary>All that it prints on the error stream until it ends.</summary>
    public string ReadErrors() => _process.StandardError.ReadToEnd();

    public int WaitForExit()
    {
        _process.WaitForExit();
        return _process.ExitCode;
    }

    /// <summary>Ends it at once, without a chance to clean up.</summary>
    public void Kill()
    {
        _process.Kill();
        _process.WaitForExit();
    }

    public void Dispose()
    {
        Kill();
        _process.Dispose();
    }
}
