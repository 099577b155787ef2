using System;
using System.Threading;

namespace TrainDsl.Data;

/// <summary>What ends a run, and how long it then waits for a dataset: for reading that the run itself begins, in evaluations too.</summary>
/// <param name="patience">How long a <c>Read</c> that does not return is waited for.</param>
/// <param name="tell">Told in words of a sample that was still being read when the run ended.</param>
/// <param name="stop">Cancelled when the run is to end.</param>
internal sealed class RunEnd(TimeSpan patience, Action<string> tell, CancellationToken stop)
{
    [ThreadStatic]
    private static RunEnd? s_onThisThread;

    /// <summary>That of the run that this thread trains in; null where it does not.</summary>
    internal static RunEnd? OnThisThread => s_onThisThread;

    /// <summary>Makes it that of this thread.</summary>
    /// <param name="end">What ends the run, or null for no run.</param>
    /// <returns>What it was before.</returns>
    internal static RunEnd? Enter(RunEnd? end)
    {
        RunEnd? before = s_onThisThread;
        s_onThisThread = end;
        return before;
    }

    /// <summary>Bounds the waiting of a pipeline.</summary>
    internal void Bound(BatchPipeline pipeline)
    {
        pipeline.LeftReading = tell;
        pipeline.EndWith(patience, stop);
    }
}
