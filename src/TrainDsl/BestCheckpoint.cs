namespace TrainDsl;

/// <summary>The checkpoint with the best value of the metric that <see cref="CheckpointAttribute.KeepBest"/> declares.</summary>
/// <param name="Path">The checkpoint's folder.</param>
/// <param name="Metric">The metric, or "loss".</param>
/// <param name="Value">Its value.</param>
/// <param name="Step">The optimizer steps done when it was measured.</param>
public sealed record BestCheckpoint(string Path, string Metric, double Value, long Step);
