using System.Linq;
using CsCheck;
using TrainDsl.Batching;
using Xunit;

namespace TrainDsl.Tests.Batching;

public sealed class DivisorsTests
{
    [Fact]
    public void Divisors_are_all_and_ascending()
        => Gen.Long[1, 20_000].Sample(number =>
            Assert.Equal(Enumerable.Range(1, (int)number).Where(d => number % d == 0).Select(d => (long)d), Divisors.Of(number)));

    [Fact]
    public void Large_numbers_have_their_divisors()
    {
        Assert.Equal(103_680, Divisors.Of(897612484786617600).Length);
        Assert.Equal([1, (1L << 61) - 1], Divisors.Of((1L << 61) - 1));
        Assert.Equal(Enumerable.Range(0, 63).Select(power => 1L << power), Divisors.Of(1L << 62));

        // 65,521 and 65,519 are the largest primes below 2^16: a product of two is split, with a third above it still.
        Assert.Equal(8, Divisors.Of(65_521L * 65_519 * 65_537).Length);
    }

    [Theory]
    [InlineData(32, 48, 24)]
    [InlineData(5, 7, 1)]
    [InlineData(100, 48, 48)]
    public void The_largest_up_to_a_limit_divides(long limit, long number, long expected)
        => Assert.Equal(expected, Divisors.LargestUpTo(limit, number));
}
