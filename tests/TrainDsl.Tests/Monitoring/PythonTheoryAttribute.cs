using System;
using System.Diagnostics;
using Xunit;

namespace TrainDsl.Tests.Monitoring;

/// <summary>A test that needs a pseudo-terminal, which Python opens; skipped where there is no python3.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class PythonTheoryAttribute : TheoryAttribute
{
    public PythonTheoryAttribute()
    {
        if (OperatingSystem.IsWindows() || !HasPython())
        {
            Skip = "There is no python3 with pseudo-terminals here.";
        }
    }

    private static bool HasPython()
    {
        try
        {
            using Process? python = Process.Start(new ProcessStartInfo("python3", ["-c", "import pty"]) { RedirectStandardError = true });
            python!.WaitForExit();
            return python.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }
}
