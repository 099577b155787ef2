using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Globalization;
using System.ComponentModel;
using System.IO;
using System.Text;

namespace TrainDsl.Benchmarks.Paired;

/// <summary>
/// A loop in a process of its own, which waits while others have their turn. It says <c>ready</c> on its standard output when it is; for each line <c>run</c> on its standard
/// input it makes a block of steps and answers with the milliseconds a step, by its own clock, and the managed bytes a step; it ends with its standard input.
/// </summary>
internal sealed class ChildLoop : IDisposable
{
    /// <summary>What a child says when it has made everything it needs.</summary>
    public const string Ready = "ready";

    /// <summary>What asks a child for a block.</summary>
    public const string RunBlock = "run";

    private readonly Process _process;

    private ChildLoop(Process process) => _process = process;

    /// <summary>Starts a child and waits until it is ready.</summary>
    /// <param name="program">The program.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <exception cref="IOException">It cannot be started, or ended before it was ready; the message holds what it said.</exception>
    public static ChildLoop Start(string program, IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false,
        };
        Process process;
        try
        {
            process = Process.Start(start)!;
        }
        catch (Win32Exception failure)
        {
            throw new IOException($"{program} cannot be started: {failure.Message}", failure);
        }

        // Read as it comes, so that a child that warns at length does not wait for its pipe.
        var said = new StringBuilder();
        process.ErrorDataReceived += (_, line) =>
        {
            lock (said)
            {
                said.AppendLine(line.Data);
            }
        };
        process.BeginErrorReadLine();
        string? answer = process.StandardOutput.ReadLine();
        if (answer == Ready)
        {
            return new ChildLoop(process);
        }

        if (answer is not null)
        {
            // Another program, or one that does not know the mode: nobody reads what else it has to say.
            process.Kill(entireProcessTree: true);
        }

        process.WaitForExit();
        process.Dispose();
        throw new IOException(answer is null
            ? $"{program} ended before it was ready: {said.ToString().Trim()}"
            : $"{program} said '{answer}'; expected '{Ready}'. Is it a benchmark that knows this mode?");
    }

    /// <summary>Has the child make a block.</summary>
    /// <exception cref="IOException">It answered with anything but two numbers.</exception>
    public Block Run()
    {
        _process.StandardInput.WriteLine(RunBlock);
        _process.StandardInput.Flush();
        string? answer = _process.StandardOutput.ReadLine();
        string[] numbers = answer?.Split(' ') ?? [];
        return numbers.Length == 2 && Number(numbers[0], out double milliseconds) && Number(numbers[1], out double bytes)
            ? new Block(milliseconds, bytes)
            : throw new IOException($"A block was asked for and '{answer}' answered; expected milliseconds and bytes a step.");
    }

    /// <summary>Ends the child.</summary>
    public void Dispose()
    {
        _process.StandardInput.Close();
        _process.WaitForExit();
        _process.Dispose();
    }

    /// <summary>A block as a child's answer.</summary>
    /// <param name="block">The block.</param>
    public static string Answer(Block block) => FormattableString.Invariant($"{block.Milliseconds:R} {block.Bytes:R}");

    private static bool Number(string text, out double value) => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out value);
}
