using System;

namespace TrainDsl.Tests.Allocation;

/// <summary>Notes what the training thread allocated from one step to the next; full global batches of one epoch alone, so that steps are alike.</summary>
internal sealed class AllocationRecorder : ITrainingMonitor
{
    private readonly long[] _bytes = new long[100_000];
    private long _before = -1;
    private int _steps;

    public ReadOnlySpan<long> Span => _bytes.AsSpan(0, _steps);

    public long[] BytesPerStep => Span.ToArray();

    public void OnStep(in StepReport step)
    {
        long now = GC.GetAllocatedBytesForCurrentThread();
        if (_before >= 0 && step.Samples == step.Run.Plan.GlobalBatch)
        {
            _bytes[_steps++] = now - _before;
        }

        // The end of an epoch reports it, which allocates: the step after it is not counted.
        _before = step.EndsEpoch ? -1 : GC.GetAllocatedBytesForCurrentThread();
    }
}
