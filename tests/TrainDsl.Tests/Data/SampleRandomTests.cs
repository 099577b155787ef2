using System;
using System.Linq;
using TrainDsl.Data;
using Xunit;

namespace TrainDsl.Tests.Data;

public sealed class SampleRandomTests
{
    /// <summary>Against xoshiro256** and SplitMix64 written in Python from the authors' C.</summary>
    [Fact]
    public void TheNumbersAreThoseOfTheAlgorithm()
    {
        const double Unit = 1.0 / (1UL << 53);
        SampleRandom random = Begin(42);
        Assert.Equal(
            [755370490430936 * Unit, 3413550631330343 * Unit, 6125286505004179 * Unit, 8328893607999084 * Unit, 8933375477570955 * Unit],
            Enumerable.Range(0, 5).Select(_ => random.NextDouble()));

        random = Begin(42);
        Assert.Equal([83, 378, 680, 924, 991, 769, 719, 850], Enumerable.Range(0, 8).Select(_ => random.Next(1000)));
    }

    [Fact]
    public void EveryMethodStaysWithinItsRange()
    {
        SampleRandom random = Begin(1);
        Span<byte> bytes = stackalloc byte[11];
        for (int i = 0; i < 2000; i++)
        {
            Assert.InRange(random.Next(), 0, int.MaxValue - 1);
            Assert.InRange(random.Next(7), 0, 6);
            Assert.InRange(random.Next(-3, 4), -3, 3);
            Assert.InRange(random.Next(int.MinValue, int.MaxValue), int.MinValue, int.MaxValue - 1);
            Assert.InRange(random.NextInt64(), 0, long.MaxValue - 1);
            Assert.InRange(random.NextInt64(5), 0, 4);
            Assert.InRange(random.NextInt64(long.MinValue, long.MaxValue), long.MinValue, long.MaxValue - 1);
            Assert.InRange(random.NextDouble(), 0.0, Math.BitDecrement(1.0));
            Assert.InRange(random.NextSingle(), 0.0f, MathF.BitDecrement(1.0f));
            Assert.InRange(random.NextDouble(-2.0, 3.0), -2.0, 3.0);
            Assert.InRange(random.NextSingle(-2.0f, 3.0f), -2.0f, 3.0f);
            Assert.True(double.IsFinite(random.NextNormal()));
            random.NextBytes(bytes);
        }

        Assert.Equal(0, random.Next(0));
        Assert.Equal(9, random.Next(9, 9));
        Assert.False(random.NextBoolean(0.0));
        Assert.True(random.NextBoolean(1.0));
        Assert.Throws<ArgumentOutOfRangeException>(() => random.Next(-1));
        Assert.Throws<ArgumentOutOfRangeException>(() => random.Next(2, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => random.NextInt64(2, 1));
    }

    /// <summary>Over the first number of each sample, which is what an augmentation draws: moments, and Pearson's chi-square over 16 intervals.</summary>
    [Fact]
    public void TheFirstNumbersOfSamplesAreAsIfDrawnByChance()
    {
        const int Samples = 64_000;
        var order = new SampleOrder(Samples, seed: 3, shuffle: true);
        var random = new SampleRandom();
        var counts = new int[16];
        double sum = 0.0;
        double squares = 0.0;
        for (int position = 0; position < Samples; position++)
        {
            random.Restart(order.RandomKey(epoch: 2, position));
            counts[random.Next(16)]++;
            double normal = random.NextNormal();
            sum += normal;
            squares += normal * normal;
        }

        // 15 degrees of freedom: above 37.7 with a probability of 0.1 %.
        Assert.InRange(counts.Sum(static n => (n - 4000.0) * (n - 4000.0) / 4000.0), 0.0, 37.7);
        Assert.InRange(sum / Samples, -0.015, 0.015);
        Assert.InRange(squares / Samples, 0.98, 1.02);
    }

    [Fact]
    public void TheNumbersDependOnSeedEpochAndPosition()
    {
        var order = new SampleOrder(100, seed: 3, shuffle: true);
        Assert.Equal(order.RandomKey(1, 2), new SampleOrder(100, seed: 3, shuffle: true).RandomKey(1, 2));
        Assert.Equal(10_000, Enumerable.Range(0, 10_000).Select(i => order.RandomKey(i / 100, i % 100)).Distinct().Count());
        Assert.NotEqual(order.RandomKey(1, 2), new SampleOrder(100, seed: 4, shuffle: true).RandomKey(1, 2));
    }

    [Fact]
    public void ItIsAnOrdinaryRandom()
    {
        int[] cards = [.. Enumerable.Range(0, 52)];
        Begin(5).Shuffle(cards);
        int[] again = [.. Enumerable.Range(0, 52)];
        Begin(5).Shuffle(again);

        Assert.Equal(again, cards);
        Assert.Equal(Enumerable.Range(0, 52), cards.Order());
    }

    private static SampleRandom Begin(ulong key)
    {
        var random = new SampleRandom();
        random.Restart(key);
        return random;
    }
}
