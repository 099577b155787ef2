using System;
using System.Linq;
using TorchSharp;

namespace TrainDsl.Data;

/// <summary>A column of a dataset: its name, element type and the shape of one sample.</summary>
public sealed class Column
{
    /// <param name="name">The column's name.</param>
    /// <param name="elementType">The element type.</param>
    /// <param name="elementBytes">Bytes per element.</param>
    /// <param name="shape">The sizes of one sample; none for a scalar.</param>
    public Column(string name, torch.ScalarType elementType, int elementBytes, params long[] shape)
    {
        ArgumentNullException.ThrowIfNull(shape);
        Name = name;
        ElementType = elementType;
        Shape = shape;
        ElementsPerRow = checked((int)shape.Aggregate(1L, static (product, size) => checked(product * size)));
        BytesPerRow = (long)ElementsPerRow * elementBytes;
    }

    /// <summary>The column's name.</summary>
    public string Name { get; }

    /// <summary>The element type.</summary>
    public torch.ScalarType ElementType { get; }

    /// <summary>The sizes of one sample; empty for a scalar.</summary>
    public long[] Shape { get; }

    /// <summary>Elements in one sample.</summary>
    public int ElementsPerRow { get; }

    /// <summary>Bytes in one sample.</summary>
    public long BytesPerRow { get; }
}
