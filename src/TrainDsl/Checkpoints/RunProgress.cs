using System.Collections.Generic;
using TrainDsl.Monitoring;

namespace TrainDsl.Checkpoints;

/// <summary>How far a run has come: what a checkpoint holds besides tensors.</summary>
/// <param name="Step">Optimizer steps done, ones whose update was skipped included.</param>
/// <param name="Updates">Updates that the optimizer has made.</param>
/// <param name="Skipped">Steps whose update was skipped, because a loss or gradient was not finite.</param>
/// <param name="Epoch">Sums of the epoch that the next step belongs to, or of the one that is pending.</param>
/// <param name="Best">The best metric so far; null where there is none.</param>
/// <param name="CpuRandom">The state of the CPU's generator of random numbers.</param>
/// <param name="WithinStep">
/// Whether it was taken after a failure within a step: weights and moments are those before the step, while dropout's draws and the running
/// statistics of norms have moved on.
/// </param>
internal sealed record RunProgress(
    long Step, long Updates, long Skipped, EpochSums Epoch, BestMetric? Best, byte[] CpuRandom, bool WithinStep)
{
    /// <summary>Whether the last step ended an epoch whose end (validation, report, hooks, best checkpoint) a failure has cut short.</summary>
    public bool EpochIsPending { get; init; }

    /// <summary>The step of the newest checkpoint that is exact, if this one is not and there is one.</summary>
    public long? ExactStep { get; init; }

    /// <summary>The threads that libtorch computes an operator with on the CPU; null if unknown.</summary>
    public int? Threads { get; init; }

    /// <summary>The mean loss of the last global batch; NaN if unknown.</summary>
    public double LastLoss { get; init; } = double.NaN;

    /// <summary>The epochs that have ended.</summary>
    public IReadOnlyList<EpochReport> Epochs { get; init; } = [];
}
