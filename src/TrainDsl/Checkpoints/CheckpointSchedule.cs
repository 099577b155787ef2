namespace TrainDsl.Checkpoints;

/// <summary>When checkpoints are written and which stay, as <see cref="CheckpointAttribute"/> declares it.</summary>
/// <param name="EverySteps">Optimizer steps from one to the next, at least 1; null for none by steps.</param>
/// <param name="EveryEpochs">Epochs from one to the next, at least 1; null for none by epochs.</param>
/// <param name="Keep">How many of the newest stay, at least 1.</param>
/// <param name="KeepBest">The metric whose best checkpoint stays, or "loss"; null for none.</param>
/// <param name="LowerIsBetter">Whether lower values of it are better.</param>
public sealed record CheckpointSchedule(long? EverySteps, long? EveryEpochs, int Keep = 3, string? KeepBest = null, bool LowerIsBetter = false);
