namespace TrainDsl.Benchmarks.Paired;

/// <summary>What a block of steps took.</summary>
/// <param name="Milliseconds">Milliseconds a step.</param>
/// <param name="Bytes">Managed bytes that the process allocated, a step; NaN for a loop that has none.</param>
internal readonly record struct Block(double Milliseconds, double Bytes);
