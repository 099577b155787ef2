namespace TrainDsl.Checkpoints;

/// <summary>The element types of the safetensors format. Multi-byte elements are little-endian.</summary>
public enum SafetensorsDtype
{
    /// <summary>One byte an element: 0 is false, 1 is true.</summary>
    Bool,

    /// <summary>Unsigned 8-bit integer.</summary>
    U8,

    /// <summary>Signed 8-bit integer.</summary>
    I8,

    /// <summary>Unsigned 16-bit integer.</summary>
    U16,

    /// <summary>Signed 16-bit integer.</summary>
    I16,

    /// <summary>Unsigned 32-bit integer.</summary>
    U32,

    /// <summary>Signed 32-bit integer.</summary>
    I32,

    /// <summary>Unsigned 64-bit integer.</summary>
    U64,

    /// <summary>Signed 64-bit integer.</summary>
    I64,

    /// <summary>IEEE 754 half precision, 16 bits.</summary>
    F16,

    /// <summary>The upper 16 bits of a single-precision number.</summary>
    BF16,

    /// <summary>IEEE 754 single precision, 32 bits.</summary>
    F32,

    /// <summary>IEEE 754 double precision, 64 bits.</summary>
    F64,

    /// <summary>Complex number of two single-precision parts, 64 bits.</summary>
    C64,

    /// <summary>8-bit float, 5 exponent and 2 mantissa bits.</summary>
    F8E5M2,

    /// <summary>8-bit float, 4 exponent and 3 mantissa bits.</summary>
    F8E4M3,

    /// <summary>8-bit power-of-two scale of the OCP microscaling formats.</summary>
    F8E8M0,

    /// <summary>8-bit float, 4 exponent and 3 mantissa bits, finite, no negative zero.</summary>
    F8E4M3Fnuz,

    /// <summary>8-bit float, 5 exponent and 2 mantissa bits, finite, no negative zero.</summary>
    F8E5M2Fnuz,

    /// <summary>4-bit float, packed: the elements of a tensor must fill whole bytes.</summary>
    F4,

    /// <summary>6-bit float, 2 exponent and 3 mantissa bits, packed: the elements of a tensor must fill whole bytes.</summary>
    F6E2M3,

    /// <summary>6-bit float, 3 exponent and 2 mantissa bits, packed: the elements of a tensor must fill whole bytes.</summary>
    F6E3M2,
}
