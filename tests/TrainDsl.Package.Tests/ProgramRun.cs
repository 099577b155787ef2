using System;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Text;
using System.Threading.Tasks;
using Xunit;

namespace TrainDsl.Package.Tests;

/// <summary>A program that was run to its end in an environment like that of a user's shell.</summary>
internal sealed record ProgramRun(string CommandLine, int ExitCode, string Output)
{
    // What a test host and MSBuild leave in the environment of their children leads a child astray.
    private static readonly string[] s_leaking =
        ["MSBUILD", "VSTEST", "TESTINGPLATFORM", "CORECLR_", "COR_", "DOTNET_STARTUP_HOOKS", "DOTNET_CLI_CONTEXT", "CONFIGURATION", "VERSION"];

    private static readonly TimeSpan s_closingOutput = TimeSpan.FromSeconds(5);

    private static string DotnetPath => Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") is { Length: > 0 } path ? path : "dotnet";

    /// <summary>Runs dotnet.</summary>
    /// <param name="folder">The folder to run in.</param>
    /// <param name="limit">The time after which it is killed and the test fails.</param>
    /// <param name="arguments">The arguments.</param>
    public static ProgramRun Dotnet(string folder, TimeSpan limit, params string[] arguments)
    {
        var start = new ProcessStartInfo(DotnetPath, arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
            UseShellExecute = false,
        };
        foreach (string name in start.Environment.Keys.Where(IsLeaking).ToArray())
        {
            start.Environment.Remove(name);
        }

        // Servers that outlive the command would hold its output open.
        start.Environment["MSBUILDDISABLENODEREUSE"] = "1";
        start.Environment["DOTNET_CLI_USE_MSBUILD_SERVER"] = "0";
        start.Environment["UseSharedCompilation"] = "false";
        start.Environment["DOTNET_CLI_UI_LANGUAGE"] = "en";
        start.Environment["DOTNET_NOLOGO"] = "1";
        start.Environment["DOTNET_SYSTEM_GLOBALIZATION_INVARIANT"] = "1";
        return Run(start, limit);
    }

    /// <summary>Fails the test unless the program ended with 0.</summary>
    public ProgramRun Succeeded()
    {
        Assert.True(ExitCode == 0, $"'{CommandLine}' ended with {ExitCode}:\n{Output}");
        return this;
    }

    private static bool IsLeaking(string name) => s_leaking.Any(prefix => name.StartsWith(prefix, StringComparison.OrdinalIgnoreCase));

    private static ProgramRun Run(ProcessStartInfo start, TimeSpan limit)
    {
        string commandLine = $"{Path.GetFileName(start.FileName)} {string.Join(' ', start.ArgumentList)}";
        var output = new StringBuilder();
        using Process process = Process.Start(start)!;
        process.StandardInput.Close();
        Task reading = Task.WhenAll(Copy(process.StandardOutput, output), Copy(process.StandardError, output));
        bool ended = process.WaitForExit(limit);
        if (!ended)
        {
            process.Kill(entireProcessTree: true);
            process.WaitForExit(s_closingOutput);
        }

        reading.Wait(s_closingOutput);
        string text;
        lock (output)
        {
            text = output.ToString();
        }

        Assert.True(ended, $"'{commandLine}' was killed after {limit.TotalSeconds:F0} s:\n{text}");
        return new ProgramRun(commandLine, process.ExitCode, text);
    }

    private static async Task Copy(StreamReader reader, StringBuilder output)
    {
        while (await reader.ReadLineAsync().ConfigureAwait(false) is { } line)
        {
            lock (output)
            {
                output.AppendLine(line);
            }
        }
    }
}
