using System;
using System.Collections.Generic;
using TorchSharp;
using static TorchSharp.torch;

namespace TrainDsl.Data;

/// <summary>
/// The tensors of a micro-batch, one for each column, each of shape [samples, ...shape of the column]. They are staging memory: valid until the next
/// micro-batch is asked for.
/// </summary>
public sealed class BatchTensors
{
    private readonly Tensor[] _tensors;
    private readonly long[] _sampleIndices;

    internal BatchTensors(Tensor[] tensors, long[] sampleIndices, int count)
    {
        _tensors = tensors;
        _sampleIndices = sampleIndices;
        Count = count;
    }

    /// <summary>The number of samples, at least 1.</summary>
    public int Count { get; }

    /// <summary>The samples' indices in the dataset.</summary>
    public ReadOnlySpan<long> SampleIndices => _sampleIndices.AsSpan(0, Count);

    /// <summary>The tensor of a column.</summary>
    /// <param name="column">The column's position in the layout.</param>
    public Tensor this[int column] => _tensors[column];

    internal IEnumerable<Tensor> Tensors => _tensors;
}
