using System;
using System.Linq;
using TrainDsl.Benchmarks.Paired;
using Xunit;

namespace TrainDsl.Tests.Benchmarks;

public sealed class StatisticsTests
{
    [Theory]
    [InlineData(new[] { 3.0 }, 3.0)]
    [InlineData(new[] { 9.0, 1.0, 2.0 }, 2.0)]
    [InlineData(new[] { 4.0, 100.0, 1.0, 2.0 }, 3.0)]
    public void The_median_is_the_middle_or_the_mean_of_the_two_in_the_middle(double[] values, double expected)
        => Assert.Equal(expected, Statistics.Median(values));

    [Fact]
    public void There_is_no_median_of_no_numbers() => Assert.Throws<ArgumentException>(() => Statistics.Median([]));

    [Fact]
    public void The_ratio_is_that_of_the_medians()
    {
        double[] above = [8.0, 6.0, 7.0];
        double[] below = [2.0, 1.0, 3.5];

        RatioInterval ratio = Statistics.Ratio(above, below);

        Assert.Equal(3.5, ratio.Ratio);
        Assert.InRange(ratio.Ratio, ratio.Low, ratio.High);
    }

    [Fact]
    public void Rounds_that_are_slow_for_both_leave_the_ratio_exact()
    {
        double[] below = [.. Enumerable.Range(0, 41).Select(static round => round % 3 == 0 ? 5.0 : 1.0 + round / 100.0)];
        double[] above = [.. below.Select(static value => 2.0 * value)];

        RatioInterval ratio = Statistics.Ratio(above, below);

        Assert.Equal(new RatioInterval(2.0, 2.0, 2.0), ratio);
    }

    [Fact]
    public void The_interval_holds_the_true_ratio_in_about_95_of_100_measurements()
    {
        const int Measurements = 150;
        var random = new Random(7);
        int held = 0;
        for (int measurement = 0; measurement < Measurements; measurement++)
        {
            double[] above = Noisy(random, 3.0);
            double[] below = Noisy(random, 2.0);
            RatioInterval ratio = Statistics.Ratio(above, below);
            held += ratio.Low <= 1.5 && 1.5 <= ratio.High ? 1 : 0;
        }

        // The percentile interval of a median is a little wide; the numbers are seeded.
        Assert.InRange(held / (double)Measurements, 0.90, 0.995);
    }

    [Fact]
    public void The_same_measurements_give_the_same_interval()
    {
        double[] above = Noisy(new Random(1), 3.0);
        double[] below = Noisy(new Random(2), 2.0);

        Assert.Equal(Statistics.Ratio(above, below), Statistics.Ratio(above, below));
    }

    [Fact]
    public void Loops_of_other_rounds_are_not_compared()
        => Assert.Throws<ArgumentException>(() => Statistics.Ratio([1.0, 2.0], [1.0]));

    [Fact]
    public void Each_loop_has_each_place_equally_often()
    {
        const int Loops = 4;
        int[][] rounds = [.. Enumerable.Range(0, 2 * Loops).Select(static round => Turns.Of(round, Loops).ToArray())];

        Assert.All(rounds, static round => Assert.Equal([0, 1, 2, 3], round.Order()));
        for (int place = 0; place < Loops; place++)
        {
            Assert.All(rounds.CountBy(round => round[place]), static loop => Assert.Equal(2, loop.Value));
        }
    }

    private static double[] Noisy(Random random, double centre)
        => [.. Enumerable.Range(0, 40).Select(_ => centre * (0.8 + (0.4 * random.NextDouble())))];
}
