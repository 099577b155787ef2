using System;

namespace TrainDsl.Devices;

/// <summary>The element type of a flat buffer that a collective works on.</summary>
internal enum ElementType
{
    /// <summary>IEEE 754 binary32, 4 bytes.</summary>
    Float32,

    /// <summary>IEEE 754 binary64, 8 bytes.</summary>
    Float64,

    /// <summary>Two's complement, 8 bytes; sums wrap around.</summary>
    Int64,
}

/// <summary>Facts about <see cref="ElementType"/>.</summary>
internal static class ElementTypes
{
    /// <summary>The size of one element in bytes.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not one of the enumeration's.</exception>
    public static int SizeInBytes(this ElementType type) => type switch
    {
        ElementType.Float32 => sizeof(float),
        ElementType.Float64 => sizeof(double),
        ElementType.Int64 => sizeof(long),
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "Collectives work on float32, float64 and int64 elements."),
    };
}
