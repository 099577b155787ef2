using System;
using static TorchSharp.torch;

namespace TrainDsl.Checkpoints;

/// <summary>libtorch's element types as safetensors names them.</summary>
internal static class TorchDtypes
{
    private static readonly (ScalarType Torch, SafetensorsDtype Safetensors)[] s_types =
    [
        (ScalarType.Bool, SafetensorsDtype.Bool),
        (ScalarType.Byte, SafetensorsDtype.U8),
        (ScalarType.Int8, SafetensorsDtype.I8),
        (ScalarType.Int16, SafetensorsDtype.I16),
        (ScalarType.Int32, SafetensorsDtype.I32),
        (ScalarType.Int64, SafetensorsDtype.I64),
        (ScalarType.Float16, SafetensorsDtype.F16),
        (ScalarType.BFloat16, SafetensorsDtype.BF16),
        (ScalarType.Float32, SafetensorsDtype.F32),
        (ScalarType.Float64, SafetensorsDtype.F64),
        (ScalarType.ComplexFloat32, SafetensorsDtype.C64),
    ];

    /// <exception cref="NotSupportedException">The format has no such element type.</exception>
    public static SafetensorsDtype Of(ScalarType type, string tensor) => Find(type) ?? throw new NotSupportedException(
        $"'{tensor}' has element type {type}, which the safetensors format does not know. Give it another one, or do without the file: remove [Checkpoint].");

    /// <summary>The format's element type; null if it has none.</summary>
    public static SafetensorsDtype? Find(ScalarType type)
    {
        int at = Array.FindIndex(s_types, pair => pair.Torch == type);
        return at < 0 ? null : s_types[at].Safetensors;
    }

    /// <summary>libtorch's element type; null if it has none.</summary>
    public static ScalarType? TypeOf(SafetensorsDtype type)
    {
        int at = Array.FindIndex(s_types, pair => pair.Safetensors == type);
        return at < 0 ? null : s_types[at].Torch;
    }
}
