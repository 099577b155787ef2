using System.Linq;
using TrainDsl.Data;
using Xunit;

namespace TrainDsl.Tests.Data;

public sealed class SampleOrderTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(63)]
    [InlineData(64)]
    [InlineData(65)]
    [InlineData(1000)]
    [InlineData(4097)]
    public void EveryEpochVisitsEachSampleOnce(int count)
    {
        var order = new SampleOrder(count, seed: 7, shuffle: true);
        for (long epoch = 0; epoch < 5; epoch++)
        {
            Assert.Equal(Enumerable.Range(0, count).Select(static i => (long)i), Positions(order, epoch).Order());
        }
    }

    [Fact]
    public void OrderDependsOnSeedAndEpochAlone()
    {
        var order = new SampleOrder(500, seed: 7, shuffle: true);

        Assert.Equal(Positions(order, 3), Positions(new SampleOrder(500, seed: 7, shuffle: true), 3));
        Assert.NotEqual(Positions(order, 3), Positions(order, 4));
        Assert.NotEqual(Positions(order, 3), Positions(new SampleOrder(500, seed: 8, shuffle: true), 3));
    }

    [Fact]
    public void UnshuffledOrderIsTheDatasets()
    {
        Assert.Equal([0L, 1L, 2L, 3L, 4L], Positions(new SampleOrder(5, seed: 7, shuffle: false), 2));
    }

    /// <summary>Each sample comes first about equally often: Pearson's chi-square over 20 samples and 20,000 epochs.</summary>
    [Fact]
    public void EachSampleComesFirstEquallyOften()
    {
        const int Count = 20;
        const int Epochs = 20_000;
        var order = new SampleOrder(Count, seed: 1, shuffle: true);
        var first = new int[Count];
        for (long epoch = 0; epoch < Epochs; epoch++)
        {
            first[order[epoch, 0]]++;
        }

        const double Expected = (double)Epochs / Count;
        double chiSquare = first.Sum(static n => (n - Expected) * (n - Expected) / Expected);

        // 19 degrees of freedom: above 43.8 with a probability of 0.1 %, below 5.4 likewise.
        Assert.InRange(chiSquare, 5.4, 43.8);
    }

    /// <summary>Every order of a few samples comes about equally often: chi-square over all permutations.</summary>
    [Theory]
    [InlineData(2, 2, 10.8)] // 1 degree of freedom: above with a probability of 0.1 %
    [InlineData(3, 6, 20.5)] // 5
    [InlineData(4, 24, 49.7)] // 23
    [InlineData(5, 120, 172.7)] // 119
    public void EveryOrderOfAFewSamplesComesEquallyOften(int count, int permutations, double bound)
    {
        const int Epochs = 24_000;
        var order = new SampleOrder(count, seed: 11, shuffle: true);
        double expected = (double)Epochs / permutations;
        int[] seen = [.. Enumerable.Range(0, Epochs).CountBy(epoch => string.Join(' ', Positions(order, epoch))).Select(static c => c.Value)];

        Assert.Equal(permutations, seen.Length);
        Assert.True(seen.Sum(n => (n - expected) * (n - expected) / expected) < bound);
    }

    /// <summary>Neighbours in the dataset are neighbours in an epoch as often as chance has it.</summary>
    [Fact]
    public void NeighboursArePartedByTheShuffle()
    {
        const int Count = 1000;
        const int Epochs = 200;
        var order = new SampleOrder(Count, seed: 5, shuffle: true);
        int neighbours = 0;
        for (long epoch = 0; epoch < Epochs; epoch++)
        {
            long[] positions = Positions(order, epoch);
            neighbours += positions.Zip(positions.Skip(1)).Count(static pair => pair.Second == pair.First + 1);
        }

        // Expected is (Count - 1) / Count per epoch, Poisson: 200, with a standard deviation of 14.
        Assert.InRange(neighbours, 150, 250);
    }

    [Fact]
    public void HugeDatasetsAreWithinReach()
    {
        var order = new SampleOrder(long.MaxValue, seed: 1, shuffle: true);
        long[] samples = [.. Enumerable.Range(0, 1000).Select(position => order[3, position])];

        Assert.Equal(samples.Length, samples.Distinct().Count());
        Assert.All(samples, static sample => Assert.InRange(sample, 0, long.MaxValue - 1));
    }

    [Fact]
    public void PositionOutsideTheEpochIsRefused()
    {
        var order = new SampleOrder(5, seed: 0, shuffle: true);
        Assert.Throws<System.ArgumentOutOfRangeException>(() => order[0, 5]);
        Assert.Throws<System.ArgumentOutOfRangeException>(() => order[0, -1]);
    }

    private static long[] Positions(SampleOrder order, long epoch) =>
        [.. Enumerable.Range(0, (int)order.Count).Select(position => order[epoch, position])];
}
