using System;
using System.Collections.Generic;

namespace TrainDsl.Data;

/// <summary>The columns of a dataset, in the order of their declaration.</summary>
public sealed class ColumnLayout
{
    private readonly Column[] _columns;

    /// <param name="columns">The columns, at least one.</param>
    public ColumnLayout(params Column[] columns)
    {
        ArgumentNullException.ThrowIfNull(columns);
        _columns = columns;
    }

    /// <summary>The columns.</summary>
    public IReadOnlyList<Column> Columns => _columns;

    /// <summary>Bytes in one sample, over all columns.</summary>
    public long BytesPerRow
    {
        get
        {
            long bytes = 0;
            foreach (Column column in _columns)
            {
                bytes += column.BytesPerRow;
            }

            return bytes;
        }
    }

    internal ReadOnlySpan<Column> Span => _columns;
}
