using System;
using System.Buffers.Binary;
using System.Numerics;
using TrainDsl.Data;

namespace TrainDsl;

/// <summary>
/// Random numbers for reading one sample, <c>row.Random</c>: a function of the run's seed, the epoch and the sample's position in it. They are the same
/// whatever the micro-batch, accumulation and devices, after a resume, and on whichever thread the sample is read.
/// </summary>
/// <remarks>
/// <para>
/// The generator is xoshiro256** (Blackman and Vigna, "Scrambled linear pseudorandom number generators", 2018), its state filled by SplitMix64 (Steele, Lea and
/// Flood, "Fast splittable pseudorandom number generators", 2014) from a hash of seed, epoch and position. Whole numbers in a range are without bias (Lemire,
/// "Fast random integer generation in an interval", 2019). The values do not depend on the version of .NET; those of <see cref="NextNormal"/> go
/// through the platform's logarithm and cosine.
/// </para>
/// <para>
/// One object serves every sample of a run, begun anew for each. Use it within <c>Read</c>, on the thread that called it, and do not keep it.
/// </para>
/// </remarks>
public sealed class SampleRandom : Random
{
    private const double DoubleUnit = 1.0 / (1UL << 53);
    private const float SingleUnit = 1.0f / (1U << 24);

    private ulong _s0;
    private ulong _s1;
    private ulong _s2;
    private ulong _s3;

    internal SampleRandom()
    {
    }

    /// <summary>A whole number from 0 to <see cref="int.MaxValue"/> - 1.</summary>
    public override int Next() => (int)Below(int.MaxValue);

    /// <summary>A whole number from 0 to <paramref name="maxValue"/> - 1; 0 if that is 0.</summary>
    /// <param name="maxValue">The end of the range, at least 0.</param>
    public override int Next(int maxValue)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(maxValue);
        return (int)Below((ulong)maxValue);
    }

    /// <summary>A whole number from <paramref name="minValue"/> to <paramref name="maxValue"/> - 1.</summary>
    /// <param name="minValue">The first of the range.</param>
    /// <param name="maxValue">The end of the range, at least <paramref name="minValue"/>.</param>
    public override int Next(int minValue, int maxValue)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(minValue, maxValue);
        return (int)(minValue + (long)Below((ulong)((long)maxValue - minValue)));
    }

    /// <summary>A whole number from 0 to <see cref="long.MaxValue"/> - 1.</summary>
    public override long NextInt64() => (long)Below(long.MaxValue);

    /// <summary>A whole number from 0 to <paramref name="maxValue"/> - 1; 0 if that is 0.</summary>
    /// <param name="maxValue">The end of the range, at least 0.</param>
    public override long NextInt64(long maxValue)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(maxValue);
        return (long)Below((ulong)maxValue);
    }

    /// <summary>A whole number from <paramref name="minValue"/> to <paramref name="maxValue"/> - 1.</summary>
    /// <param name="minValue">The first of the range.</param>
    /// <param name="maxValue">The end of the range, at least <paramref name="minValue"/>.</param>
    public override long NextInt64(long minValue, long maxValue)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(minValue, maxValue);
        return unchecked(minValue + (long)Below((ulong)maxValue - (ulong)minValue));
    }

    /// <summary>A number from 0 up to but not 1, a multiple of 2^-53.</summary>
    public override double NextDouble() => (NextUInt64() >> 11) * DoubleUnit;

    /// <summary>A number from <paramref name="minValue"/> up to <paramref name="maxValue"/>.</summary>
    /// <param name="minValue">The start of the range.</param>
    /// <param name="maxValue">The end of the range.</param>
    public double NextDouble(double minValue, double maxValue) => minValue + ((maxValue - minValue) * NextDouble());

    /// <summary>A number from 0 up to but not 1, a multiple of 2^-24.</summary>
    public override float NextSingle() => (NextUInt64() >> 40) * SingleUnit;

    /// <summary>A number from <paramref name="minValue"/> up to <paramref name="maxValue"/>.</summary>
    /// <param name="minValue">The start of the range.</param>
    /// <param name="maxValue">The end of the range.</param>
    public float NextSingle(float minValue, float maxValue) => minValue + ((maxValue - minValue) * NextSingle());

    /// <summary>Whether something happens.</summary>
    /// <param name="probability">How often it does, from 0 to 1.</param>
    public bool NextBoolean(double probability = 0.5) => NextDouble() < probability;

    /// <summary>A number of the normal distribution (Box and Muller, 1958).</summary>
    /// <param name="mean">The mean.</param>
    /// <param name="standardDeviation">The standard deviation, at least 0.</param>
    public double NextNormal(double mean = 0.0, double standardDeviation = 1.0)
    {
        // The radius is of a number above 0, which has a logarithm. The pair's second number is left out, so that no call depends on the one before it.
        double radius = Math.Sqrt(-2.0 * Math.Log(1.0 - NextDouble()));
        return mean + (standardDeviation * radius * Math.Cos(2.0 * Math.PI * NextDouble()));
    }

    /// <summary>Fills an array with random bytes.</summary>
    /// <param name="buffer">The array.</param>
    public override void NextBytes(byte[] buffer)
    {
        ArgumentNullException.ThrowIfNull(buffer);
        NextBytes(buffer.AsSpan());
    }

    /// <summary>Fills memory with random bytes.</summary>
    /// <param name="buffer">The memory.</param>
    public override void NextBytes(Span<byte> buffer)
    {
        while (buffer.Length >= sizeof(ulong))
        {
            BinaryPrimitives.WriteUInt64LittleEndian(buffer, NextUInt64());
            buffer = buffer[sizeof(ulong)..];
        }

        if (!buffer.IsEmpty)
        {
            Span<byte> last = stackalloc byte[sizeof(ulong)];
            BinaryPrimitives.WriteUInt64LittleEndian(last, NextUInt64());
            last[..buffer.Length].CopyTo(buffer);
        }
    }

    /// <summary>Begins the numbers of a sample.</summary>
    /// <param name="key">What they are a function of.</param>
    internal void Restart(ulong key)
    {
        _s0 = SplitMix64.Next(ref key);
        _s1 = SplitMix64.Next(ref key);
        _s2 = SplitMix64.Next(ref key);
        _s3 = SplitMix64.Next(ref key);
    }

    /// <inheritdoc/>
    protected override double Sample() => NextDouble();

    private ulong NextUInt64()
    {
        ulong result = BitOperations.RotateLeft(_s1 * 5, 7) * 9;
        ulong shifted = _s1 << 17;
        _s2 ^= _s0;
        _s3 ^= _s1;
        _s1 ^= _s2;
        _s0 ^= _s3;
        _s2 ^= shifted;
        _s3 = BitOperations.RotateLeft(_s3, 45);
        return result;
    }

    private ulong Below(ulong end)
    {
        ulong number = Math.BigMul(NextUInt64(), end, out ulong rest);
        if (rest < end)
        {
            // The first numbers of each interval come once too often: 2^64 modulo the range of them are drawn again.
            ulong tooOften = unchecked(0UL - end) % end;
            while (rest < tooOften)
            {
                number = Math.BigMul(NextUInt64(), end, out rest);
            }
        }

        return number;
    }
}
