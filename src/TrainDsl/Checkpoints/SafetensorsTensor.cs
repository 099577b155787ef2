using System;

namespace TrainDsl.Checkpoints;

/// <summary>A tensor to be written: name, element type, shape, and where its bytes are.</summary>
public sealed unsafe class SafetensorsTensor
{
    private readonly long[] _shape;
    private readonly ReadOnlyMemory<byte> _memory;

    /// <summary>A tensor whose bytes lie in unmanaged memory, contiguous, row-major and little-endian.</summary>
    /// <param name="name">The name, unique within the file.</param>
    /// <param name="dtype">The element type.</param>
    /// <param name="shape">The sizes of the dimensions, each 0 or more; empty for a scalar.</param>
    /// <param name="data">The first byte. It must stay valid until the tensor has been written; may be null where <paramref name="byteLength"/> is
    /// 0.</param>
    /// <param name="byteLength">The number of bytes: exactly what element type and shape need.</param>
    /// <exception cref="ArgumentException">Element type, shape and byte length do not fit together, or there is no data.</exception>
    public SafetensorsTensor(string name, SafetensorsDtype dtype, ReadOnlySpan<long> shape, void* data, long byteLength)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (data == null && byteLength != 0)
        {
            throw new ArgumentNullException(nameof(data), $"Tensor '{name}' has {byteLength} bytes but a null pointer.");
        }

        Name = name;
        Dtype = dtype;
        _shape = shape.ToArray();
        Data = data;
        ByteLength = byteLength;
        Validate();
    }

    /// <summary>A tensor whose bytes lie in managed memory, contiguous, row-major and little-endian.</summary>
    /// <param name="name">The name, unique within the file.</param>
    /// <param name="dtype">The element type.</param>
    /// <param name="shape">The sizes of the dimensions, each 0 or more; empty for a scalar.</param>
    /// <param name="data">The bytes: exactly as many as element type and shape need.</param>
    /// <exception cref="ArgumentException">Element type, shape and byte length do not fit together.</exception>
    public SafetensorsTensor(string name, SafetensorsDtype dtype, ReadOnlySpan<long> shape, ReadOnlyMemory<byte> data)
    {
        ArgumentNullException.ThrowIfNull(name);
        Name = name;
        Dtype = dtype;
        _shape = shape.ToArray();
        _memory = data;
        ByteLength = data.Length;
        Validate();
    }

    /// <summary>The name, unique within the file.</summary>
    public string Name { get; }

    /// <summary>The element type.</summary>
    public SafetensorsDtype Dtype { get; }

    /// <summary>The sizes of the dimensions, outermost first.</summary>
    public ReadOnlySpan<long> Shape => _shape;

    /// <summary>The size in bytes.</summary>
    public long ByteLength { get; }

    /// <summary>The first byte in unmanaged memory; null where the bytes are managed or there are none.</summary>
    internal void* Data { get; }

    /// <summary>Up to <paramref name="count"/> bytes from <paramref name="offset"/> on.</summary>
    internal ReadOnlySpan<byte> Slice(long offset, int count)
    {
        int length = (int)Math.Min(count, ByteLength - offset);
        return Data == null ? _memory.Span.Slice((int)offset, length) : new ReadOnlySpan<byte>((byte*)Data + offset, length);
    }

    private void Validate()
    {
        if (!SafetensorsDtypes.IsDefined(Dtype))
        {
            throw new ArgumentException($"Tensor '{Name}' has the element type {(int)Dtype}, which is none of {nameof(SafetensorsDtype)}.");
        }

        string what = $"Tensor '{Name}' of {SafetensorsDtypes.Name(Dtype)} [{string.Join(", ", _shape)}]";
        foreach (long size in _shape)
        {
            if (size < 0)
            {
                throw new ArgumentException($"{what} has the negative size {size}.");
            }
        }

        if (!SafetensorsDtypes.TryGetByteLength(Dtype, _shape, out long expected, out string problem))
        {
            throw new ArgumentException($"{what}: {problem}.");
        }

        if (expected != ByteLength)
        {
            throw new ArgumentException($"{what} comes with {ByteLength} bytes, expected {expected}.");
        }
    }
}
