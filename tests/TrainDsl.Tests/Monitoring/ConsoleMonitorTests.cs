using System;
using System.Globalization;
using System.IO;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using Spectre.Console;
using TrainDsl.Monitoring;
using TrainDsl.Tests.Allocation;
using TrainDsl.Tests.Evaluation;
using Xunit;

namespace TrainDsl.Tests.Monitoring;

public sealed class ConsoleMonitorTests
{
    [Fact]
    public void ATerminalShowsABarAndTheLinesOfEachEpoch()
    {
        using var output = new StringWriter();
        IAnsiConsole console = Terminal(output);
        using var training = new MeasuredDefinition(new ProbeSamples());

        training.Run(new TrainingOptions { Monitors = [new ConsoleMonitor(console)] });

        string text = output.ToString();
        Assert.Contains("epoch 2/2", text, StringComparison.Ordinal);
        Assert.Contains("done: 16 steps in", text, StringComparison.Ordinal);
        Assert.DoesNotContain("\u001b[?25l", text, StringComparison.Ordinal);
        var screen = new Screen(200);
        screen.Write(text);
        Assert.DoesNotContain(screen.Rows, static row => row.Contains("left", StringComparison.Ordinal));
    }

    [Fact]
    public void ARunThatThrowsEndsTheBar()
    {
        using var output = new StringWriter();
        IAnsiConsole console = Terminal(output);
        using var training = new MeasuredDefinition(new ProbeSamples());

        Assert.Throws<IOException>(() => training.Run(new TrainingOptions { Monitors = [new ConsoleMonitor(console), new Thrower(atEnd: false)] }));

        // Another display may use the console, which it may not while the bar is there.
        console.Progress().Start(static context => context.AddTask("next"));
        Assert.Contains("stopped: 2 steps in", output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void AMonitorThatThrowsAtTheEndHidesNoEarlierFailure()
    {
        using var training = new MeasuredDefinition(new ProbeSamples());
        IOException failure = Assert.Throws<IOException>(
            () => training.Run(new TrainingOptions { Monitors = [new Thrower(atEnd: true), new Thrower(atEnd: false)] }));
        Assert.Equal("In the middle.", failure.Message);
    }

    /// <summary>Spectre allows one live display at a time: where the user's own is up, the run falls back to lines.</summary>
    [Fact]
    public async Task BesideADisplayOfTheUsersOwnTheRunGoesOn()
    {
        using var output = new StringWriter();
        IAnsiConsole console = Terminal(output);
        using var training = new MeasuredDefinition(new ProbeSamples());
        var options = new TrainingOptions { Monitors = [new ConsoleMonitor(console)] };
        Task run = Task.Run(() => console.Status().Start("mine", _ => training.Run(options)));

        await run.WaitAsync(TimeSpan.FromSeconds(30));

        Assert.Contains("done: 16 steps in", output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void LinesDoNotDependOnTheCulture()
    {
        var culture = (CultureInfo)CultureInfo.InvariantCulture.Clone();
        culture.NumberFormat.NumberDecimalSeparator = ",";
        culture.NumberFormat.NumberGroupSeparator = ".";
        CultureInfo before = CultureInfo.CurrentCulture;
        using var output = new StringWriter();
        IAnsiConsole console = AnsiConsole.Create(
            new AnsiConsoleSettings { Ansi = AnsiSupport.No, Interactive = InteractionSupport.No, Out = new AnsiConsoleOutput(output) });
        using var training = new MeasuredDefinition(new ProbeSamples());
        try
        {
            CultureInfo.CurrentCulture = culture;
            training.Run(new TrainingOptions { Monitors = [new ConsoleMonitor(console)] });
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }

        Assert.Matches(@"epoch 1/2  loss \d\.\d{4}  \d+\.\d s", output.ToString());
    }

    [Fact]
    public void AnEndlessRunHasATimeLeft()
    {
        using var cancellation = new CancellationTokenSource();
        var monitor = new RemainingReader(cancellation);
        using var training = new EndlessDefinition(new ProbeSamples());

        TrainingResult result = training.Run(new TrainingOptions { Monitors = [monitor] }, cancellation.Token);

        Assert.Equal(TimeSpan.MaxValue, monitor.Remaining);
        Assert.Equal(3, result.Steps);
        Assert.True(result.SamplesPerSecond > 0);
    }

    private static IAnsiConsole Terminal(TextWriter writer) => AnsiConsole.Create(
        new AnsiConsoleSettings { Ansi = AnsiSupport.Yes, Interactive = InteractionSupport.Yes, Out = new TerminalOutput(writer) });

    private sealed class TerminalOutput(TextWriter writer) : IAnsiConsoleOutput
    {
        public TextWriter Writer { get; } = TextWriter.Synchronized(writer);

        public bool IsTerminal => true;

        public int Width => 200;

        public int Height => 50;

        public void SetEncoding(Encoding encoding)
        {
        }
    }

    private sealed class Thrower(bool atEnd) : ITrainingMonitor
    {
        public void OnStep(in StepReport step)
        {
            if (!atEnd && step.Step == 2)
            {
                throw new IOException("In the middle.");
            }
        }

        public void OnEnd(TrainingResult result)
        {
            if (atEnd)
            {
                throw new IOException("At the end.");
            }
        }
    }

    private sealed class RemainingReader(CancellationTokenSource cancellation) : ITrainingMonitor
    {
        public TimeSpan Remaining { get; private set; }

        public void OnStep(in StepReport step)
        {
            Remaining = step.Remaining;
            if (step.Step == 3)
            {
                cancellation.Cancel();
            }
        }
    }
}

[Training]
[Model<Probe>]
[Dataset<ProbeSamples>]
[MicroBatch(32)]
[MaxSteps(long.MaxValue)]
[Sgd]
public sealed partial class EndlessDefinition
{
    [Loss]
    private static TorchSharp.torch.Tensor Loss(Probe model, in ProbeSamples.Batch batch)
        => TorchSharp.torch.nn.functional.cross_entropy(model.call(batch.Input), batch.Label);
}
