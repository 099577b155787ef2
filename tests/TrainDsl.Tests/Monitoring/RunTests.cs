using System;
using System.IO;
using System.Threading;
using Spectre.Console;
using TrainDsl.Monitoring;
using TrainDsl.Tests.Allocation;
using TrainDsl.Tests.Evaluation;
using Xunit;

namespace TrainDsl.Tests.Monitoring;

public sealed class RunTests
{
    [Fact]
    public void RedirectedOutputIsPlainLines()
    {
        using var output = new StringWriter();
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings { Ansi = AnsiSupport.No, Interactive = InteractionSupport.No, Out = new AnsiConsoleOutput(output) });
        using var training = new MeasuredDefinition(new ProbeSamples());

        training.Run(new TrainingOptions { Monitors = [new ConsoleMonitor(console)], Validation = new ProbeSamples() });

        string[] lines = output.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(4, lines.Length);
        Assert.StartsWith("MeasuredDefinition: 123 parameters on cpu, 237 samples, global 32 = micro 8", lines[0], StringComparison.Ordinal);
        Assert.Matches(@"^epoch 1/2  loss \d\.\d{4}  validation loss \d\.\d{4}  label \d\.\d{4}  weighted label \d\.\d{4}  ", lines[1]);
        Assert.StartsWith("epoch 2/2", lines[2], StringComparison.Ordinal);
        Assert.StartsWith("done: 16 steps in", lines[3], StringComparison.Ordinal);
    }

    [Fact]
    public void CancellationFinishesTheStep()
    {
        using var cancellation = new CancellationTokenSource();
        var canceller = new StepAction(5, cancellation.Cancel);
        using var training = new MeasuredDefinition(new ProbeSamples());

        TrainingResult result = training.Run(new TrainingOptions { Monitors = [canceller] }, cancellation.Token);

        Assert.Equal(5, result.Steps);
        Assert.False(result.Completed);
        Assert.Same(result, canceller.Result);
    }

    [Fact]
    public void MonitorsHearOfARunThatThrows()
    {
        var canceller = new StepAction(3, static () => throw new IOException("The disk is full."));
        using var training = new MeasuredDefinition(new ProbeSamples());

        Assert.Throws<IOException>(() => training.Run(new TrainingOptions { Monitors = [canceller] }));

        Assert.NotNull(canceller.Result);
        Assert.False(canceller.Result.Completed);
    }

    /// <summary>Cancels the run, or throws where there is nothing to cancel, at a step.</summary>
}
