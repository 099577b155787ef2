using System;
using static TorchSharp.torch;

namespace TrainDsl.Checkpoints;

/// <summary>libtorch's element types as safetensors names them.</summary>
internal static class TorchDtypes
{
    /// <exception cref="NotSupportedException">The format has no such element type.</exception>
    public static SafetensorsDtype Of(ScalarType type, string tensor) => type switch
    {
        ScalarType.Bool => SafetensorsDtype.Bool,
        ScalarType.Byte => SafetensorsDtype.U8,
        ScalarType.Int8 => SafetensorsDtype.I8,
        ScalarType.Int16 => SafetensorsDtype.I16,
        ScalarType.Int32 => SafetensorsDtype.I32,
        ScalarType.Int64 => SafetensorsDtype.I64,
        ScalarType.Float16 => SafetensorsDtype.F16,
        ScalarType.BFloat16 => SafetensorsDtype.BF16,
        ScalarType.Float32 => SafetensorsDtype.F32,
        ScalarType.Float64 => SafetensorsDtype.F64,
        ScalarType.ComplexFloat32 => SafetensorsDtype.C64,
        _ => throw new NotSupportedException(
            $"'{tensor}' has element type {type}, which the safetensors format of checkpoints does not know. Give it another one, or remove [Checkpoint]."),
    };
}
