namespace TrainDsl.Monitoring;

/// <summary>What <see cref="RunMeter"/> has added up since the epoch began, so that a resumed epoch is reported as if it had not been
/// interrupted.</summary>
/// <param name="Loss">Losses, each times its weight.</param>
/// <param name="MeanWeight">Samples whose loss was given as a mean.</param>
/// <param name="SumWeight">The weight of losses that were given as sums.</param>
internal readonly record struct EpochSums(double Loss, double MeanWeight, double SumWeight);
