using System;
using System.Collections.Generic;

namespace TrainDsl.Batching;

/// <summary>Divisors of 64-bit numbers in bounded time.</summary>
internal static class Divisors
{
    private const long LargestTrial = 1 << 16;

    /// <summary>
    /// The divisors of <paramref name="number"/> (at least 1), ascending, each once; 1 and the number are always among them. Trial division stops at
    /// 65,536, so that of a number with two or more prime factors above that (which is above 2^32) divisors that separate those factors are left
    /// out. Every divisor up to 65,536 is found. A 64-bit number has at most 103,680 divisors.
    /// </summary>
    public static long[] Of(long number)
    {
        var divisors = new List<long> { 1 };
        long rest = number;
        for (long prime = 2; prime <= LargestTrial && prime <= rest / prime; prime += prime == 2 ? 1 : 2)
        {
            int power = 0;
            for (; rest % prime == 0; rest /= prime)
            {
                power++;
            }

            Extend(divisors, prime, power);
        }

        Extend(divisors, rest, rest == 1 ? 0 : 1);
        long[] ascending = divisors.ToArray();
        Array.Sort(ascending);
        return ascending;
    }

    /// <summary>The largest of the divisors of <paramref name="number"/> that is at most <paramref name="limit"/>, which is at least 1.</summary>
    public static long LargestUpTo(long limit, long number)
    {
        long largest = 1;
        foreach (long divisor in Of(number))
        {
            if (divisor <= limit)
            {
                largest = divisor;
            }
        }

        return largest;
    }

    private static void Extend(List<long> divisors, long prime, int power)
    {
        int before = divisors.Count;
        long factor = 1;
        for (int exponent = 1; exponent <= power; exponent++)
        {
            factor *= prime;
            for (int i = 0; i < before; i++)
            {
                divisors.Add(divisors[i] * factor);
            }
        }
    }
}
