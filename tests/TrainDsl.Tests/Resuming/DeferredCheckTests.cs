using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using TrainDsl.Checkpoints;
using TrainDsl.Tests.Checkpoints;
using Xunit;

namespace TrainDsl.Tests.Resuming;

/// <summary>Checked as on a device that is not waited for, a run comes to the bits of one that reads every loss in time.</summary>
[Collection(AloneCollection.Name)]
public sealed class DeferredCheckTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public static TheoryData<bool, double?, int> Cases
    {
        get
        {
            var cases = new TheoryData<bool, double?, int>();
            foreach (bool sgd in new[] { false, true })
            {
                foreach (double? clipNorm in new double?[] { null, 1.0 })
                {
                    // Samples whose steps lie at the start, in the middle and at the end of an epoch.
                    foreach (int poisoned in new[] { 42, 7, 93, 0 })
                    {
                        cases.Add(sgd, clipNorm, poisoned);
                    }
                }
            }

            return cases;
        }
    }

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Cases))]
    public void Skipping_gives_the_same_weights_counts_and_reports(bool sgd, double? clipNorm, int poisoned)
    {
        ResumedRun inTime = Run("in-time", NonFiniteAction.Skip, sgd, clipNorm, poisoned);
        ResumedRun deferred = inTime with { Folder = _folder.File("deferred"), ChecksOnDevice = true, Reports = [] };

        ExactResumeTests.AssertSame(inTime.Train(), deferred.Train());

        Assert.Equal(3, deferred.Skipped);
        Assert.Equal(inTime.Skipped, deferred.Skipped);
        Assert.Equal(inTime.Reports.Select(static report => report.TrainingLoss), deferred.Reports.Select(static report => report.TrainingLoss), Close);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Skipping_in_parts_gives_the_same_weights(bool sgd, double? clipNorm, int poisoned)
    {
        ResumedRun inTime = Run("in-time", NonFiniteAction.Skip, sgd, clipNorm, poisoned);
        ResumedRun part = inTime with { Folder = _folder.File("deferred"), ChecksOnDevice = true, StopAfter = 10, Reports = [] };
        part.Train();

        ExactResumeTests.AssertSame(inTime.Train(), (part with { Resume = Resume.Latest, StopAfter = null }).Train());
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Stopping_names_the_step_and_saves_the_weights_before_it(bool sgd, double? clipNorm, int poisoned)
    {
        // Rarely, as at a step's distance; and at every step, where the checkpoint that is due finds it.
        foreach (long every in new[] { 1000, 1 })
        {
            ResumedRun inTime = Run($"in-time-{every}", NonFiniteAction.Stop, sgd, clipNorm, poisoned) with { Schedule = new(every, null) };
            ResumedRun deferred = inTime with { Folder = _folder.File($"deferred-{every}"), ChecksOnDevice = true };

            NonFiniteException expected = Assert.Throws<NonFiniteException>(() => inTime.Train());
            NonFiniteException found = Assert.Throws<NonFiniteException>(() => deferred.Train());

            Assert.Equal(expected.Step, found.Step);
            Assert.Equal(expected.Samples, found.Samples);
            Assert.Contains("The loss or gradient", found.Message, StringComparison.Ordinal);
            Assert.Equal(expected.Step, new CheckpointStore(deferred.Folder).List().Good[0].Step);
            Assert.Equal(NewestTensors(inTime.Folder), NewestTensors(deferred.Folder));
        }
    }

    [Fact]
    public void A_run_without_a_fault_is_the_same()
    {
        ResumedRun inTime = Run("in-time", NonFiniteAction.Stop, sgd: false, 1.0, poisoned: -1);

        ExactResumeTests.AssertSame(inTime.Train(), (inTime with { Folder = _folder.File("deferred"), ChecksOnDevice = true }).Train());
    }

    private static bool Close(double left, double right) => Math.Abs(left - right) <= 1e-12 * Math.Abs(left);

    private static List<byte[]> NewestTensors(string folder)
    {
        string newest = Directory.GetDirectories(folder).Where(static path => Directory.GetFiles(path, "*.safetensors").Length > 0).Order(StringComparer.Ordinal).Last();
        return [.. Directory.GetFiles(newest, "*.safetensors").Order(StringComparer.Ordinal).Select(File.ReadAllBytes)];
    }

    private ResumedRun Run(string name, NonFiniteAction action, bool sgd, double? clipNorm, int poisoned) => new()
    {
        Folder = _folder.File(name),
        NonFinite = action,
        Sgd = sgd,
        ClipNorm = clipNorm,
        Samples = poisoned < 0 ? new ResumedSamples() : new ResumedSamples { Poisoned = poisoned },
        Schedule = new(1000, null),
    };
}
