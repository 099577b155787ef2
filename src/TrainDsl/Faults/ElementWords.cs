using System.Collections.Generic;
using static TorchSharp.torch;

namespace TrainDsl.Faults;

/// <summary>Element types as users and as libtorch write them.</summary>
internal static class ElementWords
{
    // libtorch names types by its enumeration in some messages and by C++'s names in others.
    private static readonly Dictionary<string, ScalarType> s_byLibTorch = new()
    {
        ["Byte"] = ScalarType.Byte,
        ["unsigned char"] = ScalarType.Byte,
        ["Char"] = ScalarType.Int8,
        ["signed char"] = ScalarType.Int8,
        ["Short"] = ScalarType.Int16,
        ["short int"] = ScalarType.Int16,
        ["short"] = ScalarType.Int16,
        ["Int"] = ScalarType.Int32,
        ["int"] = ScalarType.Int32,
        ["Long"] = ScalarType.Int64,
        ["long int"] = ScalarType.Int64,
        ["long"] = ScalarType.Int64,
        ["long long"] = ScalarType.Int64,
        ["Half"] = ScalarType.Float16,
        ["c10::Half"] = ScalarType.Float16,
        ["BFloat16"] = ScalarType.BFloat16,
        ["c10::BFloat16"] = ScalarType.BFloat16,
        ["Float"] = ScalarType.Float32,
        ["float"] = ScalarType.Float32,
        ["Double"] = ScalarType.Float64,
        ["double"] = ScalarType.Float64,
        ["Bool"] = ScalarType.Bool,
        ["bool"] = ScalarType.Bool,
    };

    /// <summary>The name that PyTorch gives a type: float32.</summary>
    internal static string Of(ScalarType type) => type switch
    {
        ScalarType.Byte => "uint8",
        ScalarType.BFloat16 => "bfloat16",
        _ => type.ToString().ToLowerInvariant(),
    };

    /// <summary>The type of which a column declares the elements: float.</summary>
    internal static string InCSharp(ScalarType type) => type switch
    {
        ScalarType.Byte => "byte",
        ScalarType.Int8 => "sbyte",
        ScalarType.Int16 => "short",
        ScalarType.Int32 => "int",
        ScalarType.Int64 => "long",
        ScalarType.Float16 => "Half",
        ScalarType.BFloat16 => "BFloat16",
        ScalarType.Float64 => "double",
        ScalarType.Bool => "bool",
        _ => "float",
    };

    /// <summary>The type that a word of libtorch's names.</summary>
    internal static bool TryRead(string word, out ScalarType type) => s_byLibTorch.TryGetValue(word.Trim().Trim('\'', '"', '.', ')'), out type);
}
