using System;
using System.Diagnostics;
using System.Globalization;
using System.Linq;
using System.Threading.Tasks;
using Spectre.Console;

namespace TrainDsl.Monitoring;

/// <summary>
/// Shows a run on the console: a live progress bar with loss, learning rate, samples per second and remaining time on a terminal,
/// plain lines where output is redirected; a line for each epoch on both.
/// </summary>
public sealed class ConsoleMonitor : ITrainingMonitor
{
    private static readonly TimeSpan LiveInterval = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan PlainInterval = TimeSpan.FromSeconds(10);

    private readonly IAnsiConsole _console;
    private readonly bool _isTerminal;
    private RunInfo? _run;
    private ProgressTask? _bar;
    private TaskCompletionSource? _ended;
    private Task? _display;
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
        _run = run;
        WriteLine(
            $"{run.Name}: {Number(run.ParameterCount)} parameters on {run.Device}, {Number(run.Samples)} samples, "
            + $"{run.Plan}, {Number(run.TotalSteps)} steps {EpochsOf(run)}");
        _lastShown = Stopwatch.GetTimestamp();
        if (_isTerminal)
        {
            StartDisplay(run);
        }
    }

    /// <inheritdoc/>
    public void OnStep(in StepReport step)
    {
        bool last = step.Step == step.TotalSteps;
        if (!last && Stopwatch.GetElapsedTime(_lastShown) < (_bar is null ? PlainInterval : LiveInterval))
        {
            return;
        }

        _lastShown = Stopwatch.GetTimestamp();
        string figures = $"loss {Number(step.Loss)}  lr {Number(step.LearningRate, "0.00e+00")}  {Number((long)step.SamplesPerSecond)} samples/s";
        if (_bar is { } bar)
        {
            bar.Value = step.Step;
            bar.Description = $"epoch {step.Epoch}/{step.Run.Epochs}  {figures}  {Duration(step.Remaining)} left";
        }
        else if (!last)
        {
            WriteLine($"step {Number(step.Step)}/{Number(step.TotalSteps)}  {figures}  {Duration(step.Remaining)} left");
        }
    }

    /// <inheritdoc/>
    public void OnEpoch(EpochReport epoch)
    {
        ArgumentNullException.ThrowIfNull(epoch);
        string validation = epoch.Validation is { } result
            ? $"  validation loss {Number(result.Loss)}" + string.Concat(result.Metrics.Select(static m => $"  {m.Key} {Number(m.Value)}"))
            : "";
        WriteLine($"epoch {epoch.Epoch}/{_run?.Epochs}  loss {Number(epoch.TrainingLoss)}{validation}  {Duration(epoch.Elapsed)}");
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
        EndDisplay();
        WriteLine(
            $"{(result.Completed ? "done" : "stopped")}: {Number(result.Steps)} steps in {Duration(result.Elapsed)}, "
            + $"{Number((long)result.SamplesPerSecond)} samples/s");
    }

    private static string EpochsOf(RunInfo run)
    {
        long whole = run.TotalSteps / run.StepsPerEpoch;
        string epochs = whole == 1 ? "1 epoch" : $"{Number(whole)} epochs";
        return run.TotalSteps % run.StepsPerEpoch == 0 ? $"in {epochs}" : whole == 0 ? "within an epoch" : $"in {epochs} and a part of one";
    }

    // The culture of the program that uses the library is not that of these lines: they look the same everywhere.
    private static string Number(long value) => value.ToString("N0", CultureInfo.InvariantCulture);

    private static string Number(double value, string format = "0.0000") => value.ToString(format, CultureInfo.InvariantCulture);

    private static string Duration(TimeSpan time) =>
        time < TimeSpan.FromMinutes(1) ? $"{Number(time.TotalSeconds, "0.0")} s"
        : time < TimeSpan.FromHours(1) ? $"{(int)time.TotalMinutes} min {time.Seconds:00} s"
        : $"{(int)time.TotalHours} h {time.Minutes:00} min";

    private void StartDisplay(RunInfo run)
    {
        // Spectre draws from a thread of its own until the run ends; lines written meanwhile appear above the bar.
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var started = new TaskCompletionSource<ProgressTask>(TaskCreationOptions.RunContinuationsAsynchronously);
        _ended = ended;
        _display = Task.Run(() => _console.Progress()
            .AutoClear(true)
            .Columns(new ProgressBarColumn(), new PercentageColumn(), new TaskDescriptionColumn { Alignment = Justify.Left })
            .StartAsync(async context =>
            {
                ProgressTask bar = context.AddTask("starting", maxValue: run.TotalSteps);
                bar.Value = run.FirstStep;
                started.SetResult(bar);
                await ended.Task.ConfigureAwait(false);
            }));

        // Spectre allows one live display at a time: where the program shows one of its own, the run is shown by lines alone.
        Task.WaitAny(started.Task, _display);
        _bar = started.Task.IsCompletedSuccessfully ? started.Task.Result : null;
    }

    private void EndDisplay()
    {
        if (_display is null)
        {
            return;
        }

        _ended!.SetResult();
        try
        {
            _display.Wait();
        }
        catch (AggregateException)
        {
            // A display that failed costs the run nothing but the display.
        }

        _display = null;
        _bar = null;
    }

    private void WriteLine(string line)
    {
        if (_isTerminal)
        {
            _console.WriteLine(line);
        }
        else
        {
            // Not wrapped to a width that nobody has: redirected output is read by programs.
            _console.Profile.Out.Writer.WriteLine(line);
            _console.Profile.Out.Writer.Flush();
        }
    }
}
