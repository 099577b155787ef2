using System;
using System.Collections.Concurrent;
using System.IO;
using System.Linq;
using System.Runtime.InteropServices;
using System.Threading;
using TrainDsl.Checkpoints;
using TrainDsl.Tests.Allocation;
using TrainDsl.Tests.Checkpoints;
using TrainDsl.Tests.Evaluation;
using TrainDsl.Tests.Resuming;
using Xunit;

namespace TrainDsl.Tests.Monitoring;

/// <summary>Alone: the process's console and signals are looked at.</summary>
[Collection(AloneCollection.Name)]
public sealed partial class NoticeTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void WithoutMonitorsNothingIsPrinted()
    {
        // It resumes, its plan is fitted, and the folder cannot be written: there would be much to say.
        string file = _folder.File("file");
        File.WriteAllText(file, "");
        (TextWriter output, TextWriter error) = (Console.Out, Console.Error);
        using var printed = new StringWriter();
        try
        {
            Console.SetOut(printed);
            Console.SetError(printed);
            using var training = new KilledTraining(new ResumedSamples());
            training.Run(new TrainingOptions { Monitors = [], CheckpointFolder = Path.Combine(file, "checkpoints"), MicroBatch = 2 });
            training.Run(new TrainingOptions { Monitors = [], CheckpointFolder = _folder.File("whole") });
            training.Run(new TrainingOptions { Monitors = [], CheckpointFolder = _folder.File("whole"), Resume = Resume.Latest });
        }
        finally
        {
            Console.SetOut(output);
            Console.SetError(error);
        }

        Assert.Equal("", printed.ToString());
    }

    [Fact]
    public void AMonitorHearsWhatTheRunSaysInWords()
    {
        var listener = new Listener();
        string folder = _folder.File("checkpoints");
        using var training = new KilledTraining(new ResumedSamples());
        training.Run(new TrainingOptions { Monitors = [], CheckpointFolder = folder });

        training.Run(new TrainingOptions { Monitors = [listener], CheckpointFolder = folder, Resume = Resume.Latest, MicroBatch = 1 });

        Assert.Contains(listener.Heard, static notice => notice.Text.StartsWith("resumed from", StringComparison.Ordinal));
        Assert.Contains(listener.Heard, static notice => notice.Text.StartsWith("the plan is fitted to this run: global", StringComparison.Ordinal));
        Assert.All(listener.Heard, static notice => Assert.Equal(NoticeSeverity.Information, notice.Severity));
    }

    [Fact]
    public void AMonitorThatThrowsAtANoticeEndsNothing()
    {
        string file = _folder.File("file");
        File.WriteAllText(file, "");
        var listener = new Listener();
        using var training = new KilledTraining(new ResumedSamples());

        TrainingResult result = training.Run(new TrainingOptions
        {
            Monitors = [new Thrower(), listener], CheckpointFolder = Path.Combine(file, "checkpoints"),
        });

        Assert.True(result.Completed);
        Assert.Contains(listener.Heard, static notice => notice.Severity == NoticeSeverity.Warning);
        Assert.StartsWith("warning: ", listener.Heard.First(static notice => notice.Severity == NoticeSeverity.Warning).ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void AMonitorThatThrowsOnTheWritersThreadEndsNothing()
    {
        // What the writer tells comes from its thread, on which an exception ends the process.
        var operations = new GatedFileOperations { Refuse = true };
        operations.Gate.Set();
        ResumedRun run = new() { Folder = _folder.File("checkpoints"), Operations = operations, Schedule = new(1, null) };
        run.Monitors.Add(new Thrower());

        run.Train();

        Assert.Contains("failed", run.Notices.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void StepsThatAreSkippedAreTold()
    {
        ResumedRun run = new() { Folder = _folder.File("checkpoints"), LearningRate = double.NaN, NonFinite = NonFiniteAction.Skip };

        run.Train();

        // From step 2 on every loss is NaN: the notices double in distance.
        Assert.True(run.Skipped > 8);
        string[] told = [.. run.Notices.ToString().Split('\n').Where(static line => line.Contains("was left out: its loss", StringComparison.Ordinal))];
        Assert.Equal(5, told.Length);
        Assert.StartsWith("warning: the update of step 2 was left out", told[0], StringComparison.Ordinal);
        Assert.Contains("Left out so far: 16.", told[4], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(PosixSignal.SIGINT, 2)]
    [InlineData(PosixSignal.SIGTERM, 15)]
    public void ASignalFinishesTheStepOfARunWithoutCheckpoints(PosixSignal signal, int number)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        // Were the run to leave the signal alone, this process would end.
        using PosixSignalRegistration safety = PosixSignalRegistration.Create(signal, static context => context.Cancel = true);
        using var told = new ManualResetEventSlim();
        var listener = new Listener { Told = told };
        var killer = new StepAction(3, () =>
        {
            Assert.Equal(0, Kill(Environment.ProcessId, number));
            Assert.True(told.Wait(TimeSpan.FromSeconds(60)));
        });
        using var training = new MeasuredDefinition(new ProbeSamples());

        TrainingResult result = training.Run(new TrainingOptions { Monitors = [listener, killer] });

        Assert.Equal(3, result.Steps);
        Assert.False(result.Completed);
        Assert.Equal(
            ["interrupted: finishing the step. Once more to end at once.", "interrupted: the trained weights are in Model."],
            listener.Heard.Select(static notice => notice.Text.Split(" To go on")[0]));
    }

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int Kill(int process, int signal);

    private sealed class Listener : ITrainingMonitor
    {
        public ConcurrentQueue<Notice> Heard { get; } = [];

        public ManualResetEventSlim? Told { get; init; }

        public void OnNotice(Notice notice)
        {
            Heard.Enqueue(notice);
            Told?.Set();
        }
    }

    private sealed class Thrower : ITrainingMonitor
    {
        public void OnNotice(Notice notice) => throw new InvalidOperationException("The monitor is broken.");
    }
}
