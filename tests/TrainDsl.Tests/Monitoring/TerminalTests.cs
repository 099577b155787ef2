using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Linq;
using TrainDsl.Tests.Checkpoints;
using Xunit;

namespace TrainDsl.Tests.Monitoring;

/// <summary>A run in a process of its own, on a real pseudo-terminal or with redirected output.</summary>
public sealed class TerminalTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [PythonTheory]
    [InlineData("talk", 200, "xterm-256color")]
    [InlineData("talk-checkpointed", 200, "xterm-256color")]
    [InlineData("talk", 60, "xterm")]
    [InlineData("talk", 200, "dumb")]
    public void OtherOutputStaysWholeAndCtrlCLeavesASummary(string command, int columns, string terminal)
    {
        (int code, string output) = OnTerminal(columns, terminal, "hook is done", command, _folder.File("checkpoints"));

        Assert.Equal(0, code);
        var screen = new Screen(columns);
        screen.Write(output);
        string[] rows = screen.Rows;
        for (int step = 1; step <= 40; step++)
        {
            string expected = (step % 4) switch
            {
                0 => $"hook line {step}",
                1 => $"hook part {step} in three",
                2 => $"hook error {step}",
                _ => $"hook spectre {step}",
            };
            Assert.Equal(1, rows.Count(row => row == expected));
        }

        // The terminal itself shows Ctrl-C where the cursor is.
        Assert.True(screen.IsCursorVisible);
        string[] words = [.. rows.Where(static row => row.Length > 0)];
        Assert.Contains(words, static row => row.Contains("interrupted: finishing the step", StringComparison.Ordinal));
        Assert.Contains(words, static row => row.StartsWith("stopped: ", StringComparison.Ordinal) && row.EndsWith("samples/s", StringComparison.Ordinal));
        Assert.Contains("Resume = Resume.Latest", string.Concat(rows), StringComparison.Ordinal);
        Assert.Equal("the program goes on", words[^1]);
        Assert.DoesNotContain(words, static row => row.Contains("left", StringComparison.Ordinal));
    }

    [PythonTheory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(20)]
    public void ANarrowTerminalShowsWhatFits(int columns)
    {
        (int code, string output) = OnTerminal(columns, "xterm-256color", "", "short", _folder.File("checkpoints"));

        Assert.Equal(0, code);
        var screen = new Screen(columns);
        screen.Write(output);
        Assert.Contains("done:14steps", string.Concat(screen.Rows).Replace(" ", "", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    /// <summary>A stream that is full or closed ends nothing, neither on the training thread nor on the one that writes checkpoints.</summary>
    [Theory]
    [InlineData(">/dev/full")]
    [InlineData("2>/dev/full")]
    [InlineData(">/dev/full 2>&1")]
    [InlineData(">&-")]
    [InlineData("2>&-")]
    [InlineData(">&- 2>&-")]
    [InlineData("| head -c 1 >/dev/null")]
    public void AStreamThatCannotBeWrittenEndsNothing(string redirection)
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }

        string folder = _folder.File("checkpoints");
        Directory.CreateDirectory(folder);
        Run("bash", ["-c", $"dotnet \"$0\" short \"$1\" {redirection}", Probe, folder]);

        // The probe writes it after the run.
        Assert.True(File.Exists(Path.Combine(folder, "done")));
    }

    [Fact]
    public void RedirectedOutputHasNoControlCharacters()
    {
        string folder = _folder.File("checkpoints");
        (int code, string output) = Run("dotnet", [Probe, "short", folder]);

        Assert.Equal(0, code);
        Assert.DoesNotContain('\u001b', output);
        Assert.DoesNotContain('\r', output.ReplaceLineEndings("\n"));
        string[] lines =
        [
            // A disk slower than these steps leaves checkpoints out, and says so.
            .. output.ReplaceLineEndings("\n").Split('\n', StringSplitOptions.RemoveEmptyEntries)
                .Where(static line => !line.StartsWith("warning: ", StringComparison.Ordinal)),
        ];
        Assert.StartsWith("the plan is fitted to this run: global 16 = micro 4", lines[0], StringComparison.Ordinal);
        Assert.EndsWith("14 steps in 2 epochs", lines[1], StringComparison.Ordinal);
        Assert.StartsWith("epoch 1/2  loss ", lines[2], StringComparison.Ordinal);
        Assert.StartsWith("epoch 2/2  loss ", lines[3], StringComparison.Ordinal);
        Assert.StartsWith("done: 14 steps in ", lines[4], StringComparison.Ordinal);
    }

    private static string Probe => Path.Combine(AppContext.BaseDirectory, "TrainDsl.Tests.CheckpointProbe.dll");

    private static (int Code, string Output) OnTerminal(int columns, string terminal, string marker, params string[] arguments) => Run(
        "python3",
        [Path.Combine(AppContext.BaseDirectory, "on_terminal.py"), $"{columns}", marker, "dotnet", Probe, .. arguments],
        terminal);

    private static (int Code, string Output) Run(string program, IEnumerable<string> arguments, string? terminal = null)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardInput = true };
        start.Environment["TERM"] = terminal ?? "xterm";

        // Continuous integration is not what the run finds itself in here.
        foreach (string variable in (string[])["CI", "TF_BUILD", "GITHUB_ACTIONS", "GITLAB_CI", "TEAMCITY_VERSION", "NO_COLOR", "COLUMNS"])
        {
            start.Environment.Remove(variable);
        }

        using Process process = Process.Start(start)!;
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output);
    }
}
