using System;

namespace TrainDsl;

/// <summary>The dataset that a training definition learns from.</summary>
/// <typeparam name="TDataset">A partial class that implements <see cref="IDataset"/> and declares its columns with <see cref="ColumnAttribute{T}"/>.</typeparam>
[AttributeUsage(DefinitionTargets.All, Inherited = false)]
public sealed class DatasetAttribute<TDataset> : Attribute
{
    /// <summary>
    /// Whether samples are visited in a new seeded order each epoch (the default) or in the dataset's own order.
    /// </summary>
    public bool Shuffle { get; init; } = true;

    /// <summary>
    /// Whether the last, partial global batch of an epoch is left out. By default it is kept, and its gradient is weighted by its samples.
    /// </summary>
    public bool DropLast { get; init; }
}

/// <summary>A column of a dataset: its name, element type and shape of one sample.</summary>
/// <typeparam name="T">
/// The element type: <see cref="float"/>, <see cref="double"/>, <see cref="Half"/>, <see cref="byte"/>, <see cref="sbyte"/>, <see cref="short"/>,
/// <see cref="int"/>, <see cref="long"/> or <see cref="bool"/>.
/// </typeparam>
/// <remarks>
/// A column without a shape is a scalar per sample: <c>row.Label</c> is a <c>ref T</c> and the batch tensor has shape [batch].
/// With a shape, <c>row.Pixels</c> is a <c>Span&lt;T&gt;</c> of the product of its sizes and the batch tensor has shape [batch, ...shape].
/// </remarks>
/// <param name="name">The column's name: a C# identifier, used for the members of the generated <c>Row</c> and <c>Batch</c>.</param>
/// <param name="shape">The sizes of one sample, each at least 1; none for a scalar.</param>
[AttributeUsage(DefinitionTargets.All, AllowMultiple = true, Inherited = false)]
public sealed class ColumnAttribute<T>(string name, params long[] shape) : Attribute
    where T : unmanaged
{
    /// <summary>The column's name.</summary>
    public string Name { get; } = name;

    /// <summary>The sizes of one sample; empty for a scalar.</summary>
    public long[] Shape { get; } = shape;
}
