using System;
using TrainDsl.Data;

namespace TrainDsl.Evaluation;

/// <summary>The first samples of a dataset as a dataset.</summary>
/// <param name="dataset">The dataset.</param>
/// <param name="count">How many of them, at least 0; all if it has fewer.</param>
internal sealed class FirstSamples(IColumnDataset dataset, long count) : IColumnDataset
{
    public long Count { get; } = Math.Min(dataset.Count, count);

    public ColumnLayout Layout => dataset.Layout;

    public void ReadRow(long index, in RowMemory row) => dataset.ReadRow(index, row);
}
