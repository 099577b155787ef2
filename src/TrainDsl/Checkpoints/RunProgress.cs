using TrainDsl.Monitoring;

namespace TrainDsl.Checkpoints;

/// <summary>How far a run has come: what a checkpoint holds besides tensors.</summary>
/// <param name="Step">Optimizer steps done, ones whose update was skipped included.</param>
/// <param name="Updates">Updates that the optimizer has made.</param>
/// <param name="Skipped">Steps whose update was skipped, because a loss or gradient was not finite.</param>
/// <param name="Epoch">Sums of the epoch that the next step belongs to.</param>
/// <param name="Best">The best metric so far; null where there is none.</param>
/// <param name="CpuRandom">The state of the CPU's generator of random numbers.</param>
/// <param name="WithinStep">
/// Whether it was taken after a failure within a step: weights and moments are those before the step, while dropout's draws and the running
/// statistics of norms have moved on.
/// </param>
internal sealed record RunProgress(
    long Step, long Updates, long Skipped, EpochSums Epoch, BestMetric? Best, byte[] CpuRandom, bool WithinStep);
