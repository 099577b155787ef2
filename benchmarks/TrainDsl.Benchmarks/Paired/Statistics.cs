using System;
using System.Collections.Generic;

namespace TrainDsl.Benchmarks.Paired;

/// <summary>Medians of what was measured round by round, and their ratio with its spread.</summary>
internal static class Statistics
{
    private const int Resamples = 2000;

    /// <summary>The middle value, or the mean of the two in the middle.</summary>
    /// <param name="values">At least one number, in any order.</param>
    /// <exception cref="ArgumentException">There are no numbers.</exception>
    public static double Median(IReadOnlyCollection<double> values)
    {
        if (values.Count == 0)
        {
            throw new ArgumentException("There is no median of no numbers.", nameof(values));
        }

        double[] sorted = [.. values];
        Array.Sort(sorted);
        return MedianOfSorted(sorted);
    }

    /// <summary>
    /// The ratio of two medians, and the interval that holds it in 95 of 100 samples drawn again from the rounds (a percentile bootstrap: Efron and Tibshirani,
    /// An Introduction to the Bootstrap, chapter 13). Whole rounds are drawn, so that a slow second, which both loops of its round felt, counts for both.
    /// </summary>
    /// <param name="above">The numbers above the line, one a round, at least one.</param>
    /// <param name="below">The numbers below the line, as many, of the same rounds.</param>
    /// <exception cref="ArgumentException">The numbers are not of the same rounds, or there are none.</exception>
    public static RatioInterval Ratio(IReadOnlyList<double> above, IReadOnlyList<double> below)
    {
        if (above.Count != below.Count)
        {
            throw new ArgumentException($"{above.Count} rounds above the line and {below.Count} below; they are compared round by round.", nameof(below));
        }

        double ratio = Median(above) / Median(below);

        // Seeded: the same measurements give the same interval.
        var random = new Random(0);
        double[] drawnAbove = new double[above.Count];
        double[] drawnBelow = new double[above.Count];
        double[] ratios = new double[Resamples];
        for (int resample = 0; resample < Resamples; resample++)
        {
            for (int index = 0; index < above.Count; index++)
            {
                int round = random.Next(above.Count);
                drawnAbove[index] = above[round];
                drawnBelow[index] = below[round];
            }

            Array.Sort(drawnAbove);
            Array.Sort(drawnBelow);
            ratios[resample] = MedianOfSorted(drawnAbove) / MedianOfSorted(drawnBelow);
        }

        Array.Sort(ratios);
        return new RatioInterval(ratio, ratios[(int)(0.025 * Resamples)], ratios[(int)(0.975 * Resamples)]);
    }

    private static double MedianOfSorted(double[] sorted)
    {
        int middle = sorted.Length / 2;
        return sorted.Length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }
}
