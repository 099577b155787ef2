using System;
using System.Linq;

namespace TrainDsl.Checkpoints;

/// <summary>Names and sizes of <see cref="SafetensorsDtype"/> as the format writes them.</summary>
internal static class SafetensorsDtypes
{
    private static readonly (SafetensorsDtype Dtype, string Name, int Bits)[] Table =
    [
        (SafetensorsDtype.Bool, "BOOL", 8),
        (SafetensorsDtype.U8, "U8", 8),
        (SafetensorsDtype.I8, "I8", 8),
        (SafetensorsDtype.U16, "U16", 16),
        (SafetensorsDtype.I16, "I16", 16),
        (SafetensorsDtype.U32, "U32", 32),
        (SafetensorsDtype.I32, "I32", 32),
        (SafetensorsDtype.U64, "U64", 64),
        (SafetensorsDtype.I64, "I64", 64),
        (SafetensorsDtype.F16, "F16", 16),
        (SafetensorsDtype.BF16, "BF16", 16),
        (SafetensorsDtype.F32, "F32", 32),
        (SafetensorsDtype.F64, "F64", 64),
        (SafetensorsDtype.C64, "C64", 64),
        (SafetensorsDtype.F8E5M2, "F8_E5M2", 8),
        (SafetensorsDtype.F8E4M3, "F8_E4M3", 8),
        (SafetensorsDtype.F8E8M0, "F8_E8M0", 8),
        (SafetensorsDtype.F8E4M3Fnuz, "F8_E4M3FNUZ", 8),
        (SafetensorsDtype.F8E5M2Fnuz, "F8_E5M2FNUZ", 8),
        (SafetensorsDtype.F4, "F4", 4),
        (SafetensorsDtype.F6E2M3, "F6_E2M3", 6),
        (SafetensorsDtype.F6E3M2, "F6_E3M2", 6),
    ];

    /// <summary>All names, for messages.</summary>
    public static string AllNames { get; } = string.Join(", ", Table.Select(row => row.Name));

    public static bool IsDefined(SafetensorsDtype dtype) => (uint)dtype < (uint)Table.Length;

    public static string Name(SafetensorsDtype dtype) => Table[(int)dtype].Name;

    public static int Bits(SafetensorsDtype dtype) => Table[(int)dtype].Bits;

    /// <summary>The multiple of bytes at which an element must start to be read in place; 1 for packed types.</summary>
    public static int Alignment(SafetensorsDtype dtype) => Math.Max(1, Bits(dtype) / 8);

    /// <summary>The element type of that exact name.</summary>
    public static bool TryParse(string name, out SafetensorsDtype dtype)
    {
        int index = Array.FindIndex(Table, row => row.Name == name);
        dtype = index < 0 ? default : Table[index].Dtype;
        return index >= 0;
    }

    /// <summary>The bytes that a tensor takes.</summary>
    /// <returns>False where the size is more than 2^63 - 1 bits, or the packed elements do not fill whole bytes.</returns>
    public static bool TryGetByteLength(SafetensorsDtype dtype, ReadOnlySpan<long> shape, out long byteLength, out string problem)
    {
        byteLength = 0;
        problem = string.Empty;
        long elements = 1;
        foreach (long size in shape)
        {
            if (Math.BigMul(elements, size, out long low) != 0 || low < 0)
            {
                problem = "the number of elements overflows 64 bits";
                return false;
            }

            elements = low;
        }

        if (Math.BigMul(elements, Bits(dtype), out long bits) != 0 || bits < 0)
        {
            problem = "the size in bits overflows 64 bits";
            return false;
        }

        if (bits % 8 != 0)
        {
            problem = $"{elements} elements of {Bits(dtype)} bits do not fill whole bytes";
            return false;
        }

        byteLength = bits / 8;
        return true;
    }
}
