using System;
using TorchSharp;
using TrainDsl.Data;

namespace TrainDsl.Tests.Data;

/// <summary>A dataset whose samples are their own index, and which can fail at one of them.</summary>
internal sealed class CountingDataset(long count, long failsAt = -1) : IColumnDataset
{
    public long Count { get; } = count;

    public ColumnLayout Layout { get; } = new(
        new Column("Index", torch.ScalarType.Int64, sizeof(long)),
        new Column("Pair", torch.ScalarType.Float32, sizeof(float), 2));

    public void ReadRow(long index, in RowMemory row)
    {
        if (index == failsAt)
        {
            throw new InvalidOperationException("The file is gone.");
        }

        row.Scalar<long>(0) = index;
        Span<float> pair = row.Span<float>(1);
        pair[0] = index;
        pair[1] = -index;
    }
}
