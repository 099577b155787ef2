namespace TrainDsl.Batching;

/// <summary>Products of positive 64-bit numbers that say when they do not fit, without exceptions.</summary>
internal static class PositiveProduct
{
    /// <summary>The product of the two, each at least 1; <see langword="null"/> where it does not fit.</summary>
    public static long? Of(long a, long b) => a <= long.MaxValue / b ? a * b : null;

    /// <summary>The product of the three, each at least 1; <see langword="null"/> where it does not fit.</summary>
    public static long? Of(long a, long b, long c) => Of(a, b) is { } ab ? Of(ab, c) : null;

    /// <summary>The product of the four, each at least 1; <see langword="null"/> where it does not fit.</summary>
    public static long? Of(long a, long b, long c, long d) => Of(a, b, c) is { } abc ? Of(abc, d) : null;
}
