using System;

namespace TrainDsl.Checkpoints;

/// <summary>One tensor of a safetensors file: its name, element type, shape and place.</summary>
public sealed class SafetensorsEntry
{
    private readonly long[] _shape;

    internal SafetensorsEntry(string name, SafetensorsDtype dtype, long[] shape, long offset, long byteLength)
    {
        Name = name;
        Dtype = dtype;
        _shape = shape;
        Offset = offset;
        ByteLength = byteLength;
    }

    /// <summary>The tensor's name: in model files the dotted name of the parameter or buffer.</summary>
    public string Name { get; }

    /// <summary>The element type.</summary>
    public SafetensorsDtype Dtype { get; }

    /// <summary>The sizes of the dimensions, outermost first (row-major order). Empty for a scalar; a size may be 0.</summary>
    public ReadOnlySpan<long> Shape => _shape;

    /// <summary>The first byte, counted from the start of the file's data (which follows the header).</summary>
    public long Offset { get; }

    /// <summary>The size of the tensor in bytes.</summary>
    public long ByteLength { get; }

    /// <summary>Name, element type and shape, such as <c>linear.weight F32 [128, 64]</c>.</summary>
    public override string ToString() => $"{Name} {SafetensorsDtypes.Name(Dtype)} [{string.Join(", ", _shape)}]";
}
