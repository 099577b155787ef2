using System;

namespace TrainDsl.Benchmarks.Paired;

/// <summary>A ratio of medians and its interval of 95 %.</summary>
/// <param name="Ratio">The ratio.</param>
/// <param name="Low">The lower end of the interval.</param>
/// <param name="High">The upper end of the interval.</param>
internal readonly record struct RatioInterval(double Ratio, double Low, double High)
{
    /// <inheritdoc/>
    public override string ToString() => FormattableString.Invariant($"{Ratio:0.00} ({Low:0.00} to {High:0.00})");
}
