namespace TrainDsl.Generator.Model;

/// <summary>When checkpoints are written and which stay.</summary>
/// <param name="EverySteps">Steps from one to the next, or null for none by steps.</param>
/// <param name="EveryEpochs">Epochs from one to the next, or null for none by epochs.</param>
/// <param name="Keep">How many of the newest stay.</param>
/// <param name="KeepBest">The metric whose best one stays, "loss", or null for none.</param>
/// <param name="LowerIsBetter">Whether lower values of the metric are better.</param>
internal sealed record CheckpointModel(long? EverySteps, int? EveryEpochs, int Keep, string? KeepBest, bool LowerIsBetter);
