namespace TrainDsl.Checkpoints;

/// <summary>The best value of a metric so far.</summary>
/// <param name="Metric">The metric, or "loss".</param>
/// <param name="Value">Its value.</param>
/// <param name="Step">The optimizer steps done when it was measured.</param>
internal sealed record BestMetric(string Metric, double Value, long Step);
