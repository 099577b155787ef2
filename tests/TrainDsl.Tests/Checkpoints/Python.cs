using System;
using System.ComponentModel;
using System.Diagnostics;
using System.IO;
using System.Threading.Tasks;

namespace TrainDsl.Tests.Checkpoints;

/// <summary>A Python with numpy, where there is one.</summary>
internal static class Python
{
    private static readonly Lazy<string?> Found = new(() => Find("numpy"));
    private static readonly Lazy<string?> FoundWithTorch = new(() => Find("torch"));

    public static string? Interpreter => Found.Value;

    /// <summary>A Python with PyTorch.</summary>
    public static string? TorchInterpreter => FoundWithTorch.Value;

    /// <summary>Runs one of the reference scripts and returns what it prints.</summary>
    public static string Run(string script, params string[] arguments) => RunBy(Interpreter!, script, arguments);

    /// <summary>Runs one of the reference scripts with an interpreter and returns what it prints.</summary>
    public static string RunBy(string interpreter, string script, params string[] arguments)
    {
        ProcessStartInfo start = new(interpreter) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "references", script));
        foreach (string argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        using Process process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0 ? output : throw new InvalidOperationException(errors.Result);
    }

    private static string? Find(string package)
    {
        // The one on the path may be a bare one of the user's; the system's often has packages.
        foreach (string name in new[] { "python3", "/usr/bin/python3", "python" })
        {
            try
            {
                using Process process = Process.Start(
                    new ProcessStartInfo(name, ["-c", "import " + package]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
                process.StandardError.ReadToEnd();
                process.WaitForExit();
                if (process.ExitCode == 0)
                {
                    return name;
                }
            }
            catch (Win32Exception)
            {
                // There is no such program.
            }
        }

        return null;
    }
}
