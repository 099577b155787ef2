using System;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Threading;
using Spectre.Console;

namespace TrainDsl.Monitoring;

/// <summary>
/// Shows a run on the console: on a terminal a line at the bottom with progress, loss, learning rate, samples per second and remaining time, and plain lines
/// where output is redirected; a line for each epoch and each notice on both. A console that cannot be written (a full disk, a closed pipe) ends nothing.
/// </summary>
public sealed class ConsoleMonitor : ITrainingMonitor
{
    private const int BarWidth = 20;
    private const int WidthForBar = 80;

    private static readonly TimeSpan LiveInterval = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan PlainInterval = TimeSpan.FromSeconds(10);

    private readonly Lock _gate = new();
    private readonly IAnsiConsole _console;
    private readonly bool _isTerminal;
    private StatusLine? _status;
    private long _totalEpochs;
    private long _lastShown;

    /// <summary>Shows runs on the process's console.</summary>
    public ConsoleMonitor()
        : this(AnsiConsole.Console)
    {
    }

    /// <param name="console">The console to show runs on.</param>
    public ConsoleMonitor(IAnsiConsole console)
    {
        ArgumentNullException.ThrowIfNull(console);
        _console = console;
        _isTerminal = console.Profile.Capabilities.Ansi && console.Profile.Capabilities.Interactive && console.Profile.Out.IsTerminal;
    }

    /// <inheritdoc/>
    public void OnStart(RunInfo run)
    {
        ArgumentNullException.ThrowIfNull(run);
        WriteLine(run.ToString());
        _totalEpochs = run.Epochs;
        _lastShown = Stopwatch.GetTimestamp();
        if (_isTerminal)
        {
            _status = StatusLine.TryBegin(_console);
            _status?.Show("starting");
        }
    }

    /// <inheritdoc/>
    public void OnStep(in StepReport step)
    {
        bool last = step.Step == step.TotalSteps;
        if (!last && Stopwatch.GetElapsedTime(_lastShown) < (_status is null ? PlainInterval : LiveInterval))
        {
            return;
        }

        _lastShown = Stopwatch.GetTimestamp();
        string figures = $"loss {InWords.Value(step.Loss)}  lr {InWords.LearningRate(step.LearningRate)}  "
            + $"{InWords.Number((long)step.SamplesPerSecond)} samples/s  {InWords.Duration(step.Remaining)} left";
        if (_status is { } status)
        {
            status.Show($"{Bar(step.Step / (double)step.TotalSteps)}epoch {InWords.Number(step.Epoch)}/{InWords.Number(_totalEpochs)}  {figures}");
        }
        else if (!last)
        {
            WriteLine($"step {InWords.Number(step.Step)}/{InWords.Number(step.TotalSteps)}  {figures}");
        }
    }

    /// <inheritdoc/>
    public void OnEpoch(EpochReport epoch)
    {
        ArgumentNullException.ThrowIfNull(epoch);
        string validation = epoch.Validation is { } result
            ? $"  validation loss {InWords.Value(result.Loss)}" + string.Concat(result.Metrics.Select(static m => $"  {m.Key} {InWords.Value(m.Value)}"))
            : "";
        WriteLine(
            $"epoch {InWords.Number(epoch.Epoch)}/{InWords.Number(_totalEpochs)}  loss {InWords.Value(epoch.TrainingLoss)}{validation}  "
            + InWords.Duration(epoch.Elapsed));
    }

    /// <inheritdoc/>
    public void OnNotice(Notice notice)
    {
        ArgumentNullException.ThrowIfNull(notice);
        WriteLine(notice.ToString());
    }

    /// <inheritdoc/>
    public void OnEnd(TrainingResult result)
    {
        ArgumentNullException.ThrowIfNull(result);
        _status?.Dispose();
        _status = null;
        WriteLine(
            $"{(result.Completed ? "done" : "stopped")}: {InWords.Count(result.Steps, "step")} in {InWords.Duration(result.Elapsed)}, "
            + $"{InWords.Number((long)result.SamplesPerSecond)} samples/s");
    }

    /// <summary>Whether an exception says that output cannot be written, which is nothing to end a run for.</summary>
    internal static bool IsOutputFailure(Exception exception) => exception is IOException or UnauthorizedAccessException or ObjectDisposedException;

    private string Bar(double share)
    {
        if (_console.Profile.Width < WidthForBar)
        {
            return "";
        }

        (char done, char left) = _console.Profile.Capabilities.Unicode ? ('\u2501', '\u2500') : ('#', '-');
        int filled = Math.Clamp((int)(share * BarWidth), 0, BarWidth);
        return $"{new string(done, filled)}{new string(left, BarWidth - filled)} {(int)(share * 100),3}%  ";
    }

    // Notices come from other threads too.
    private void WriteLine(string line)
    {
        lock (_gate)
        {
            try
            {
                if (_status is { } status)
                {
                    status.WriteLine(line);
                }
                else if (_isTerminal && StatusLine.IsTaken(_console))
                {
                    // Spectre.Console writes it above the display that has the terminal.
                    _console.WriteLine(line);
                }
                else
                {
                    // Not wrapped to a width: redirected output is read by programs, and what is to be copied stays one line on a terminal.
                    TextWriter writer = _console.Profile.Out.Writer;
                    writer.WriteLine(line);
                    writer.Flush();
                }
            }
            catch (Exception e) when (IsOutputFailure(e))
            {
                // The next line may come through.
            }
        }
    }
}
