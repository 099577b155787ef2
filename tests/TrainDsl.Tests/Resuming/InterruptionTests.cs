using System;
using System.Collections.Generic;
using System.Runtime.InteropServices;
using System.Threading;
using TrainDsl.Checkpoints;
using TrainDsl.Tests.Checkpoints;
using Xunit;

namespace TrainDsl.Tests.Resuming;

[Collection(AloneCollection.Name)]
public sealed partial class InterruptionTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(PosixSignal.SIGINT, 2)]
    [InlineData(PosixSignal.SIGTERM, 15)]
    public void A_signal_finishes_the_step_and_writes_a_checkpoint(PosixSignal signal, int number)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        // Were the run to leave the signal alone, this process would end.
        using PosixSignalRegistration safety = PosixSignalRegistration.Create(signal, static context => context.Cancel = true);
        Dictionary<string, byte[]> expected = new ResumedRun { Folder = _folder.File("whole") }.Train();
        ResumedRun run = new() { Folder = _folder.File("checkpoints"), Schedule = new(1000, null) };
        ResumedRun interrupted = run with
        {
            OnStep = step =>
            {
                if (step == 6)
                {
                    Assert.Equal(0, Kill(Environment.ProcessId, number));
                    Assert.True(SpinWait.SpinUntil(() => Told(run).Contains("interrupted", StringComparison.Ordinal), TimeSpan.FromSeconds(30)));
                }
            },
        };

        interrupted.Train();

        CheckpointInfo checkpoint = Assert.Single(new CheckpointStore(run.Folder).List().Good);
        Assert.Equal(6, checkpoint.Step);
        Assert.Contains("stopped after step 6 of 21", Told(run), StringComparison.Ordinal);
        Assert.Contains($"CheckpointFolder = \"{run.Folder}\", Resume = Resume.Latest", Told(run), StringComparison.Ordinal);
        ExactResumeTests.AssertSame(expected, (run with { Resume = Resume.Latest }).Train());
    }

    private static string Told(ResumedRun run)
    {
        // A copy made by "with" has the writer of the original.
        lock (run.Notices)
        {
            return run.Notices.ToString();
        }
    }

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int Kill(int process, int signal);
}
