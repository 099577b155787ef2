using System;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace TrainDsl.Data;

/// <summary>One row of a batch's staging memory: what the generated <c>Row</c> gives typed access to.</summary>
public readonly unsafe ref struct RowMemory
{
    private readonly ReadOnlySpan<Column> _columns;
    private readonly ReadOnlySpan<nint> _columnStarts;
    private readonly int _row;

    internal RowMemory(ReadOnlySpan<Column> columns, ReadOnlySpan<nint> columnStarts, int row, SampleRandom random, long epoch)
    {
        Random = random;
        Epoch = epoch;
        _columns = columns;
        _columnStarts = columnStarts;
        _row = row;
    }

    /// <summary>Random numbers that are a function of the run's seed, the epoch and the sample's position in it.</summary>
    public SampleRandom Random { get; }

    /// <summary>The epoch that the sample is read for, from 0; 0 in evaluation.</summary>
    public long Epoch { get; }

    /// <summary>The elements of a shaped column, in row-major order.</summary>
    /// <typeparam name="T">The column's element type.</typeparam>
    /// <param name="column">The column's position in the layout.</param>
    public Span<T> Span<T>(int column)
        where T : unmanaged =>
        new((void*)Start(column), _columns[column].ElementsPerRow);

    /// <summary>The element of a scalar column.</summary>
    /// <typeparam name="T">The column's element type.</typeparam>
    /// <param name="column">The column's position in the layout.</param>
    public ref T Scalar<T>(int column)
        where T : unmanaged =>
        ref Unsafe.AsRef<T>((void*)Start(column));

    /// <summary>Sets every column to zero, so that one which is not written holds nothing of an earlier sample.</summary>
    internal void Clear()
    {
        for (int column = 0; column < _columns.Length; column++)
        {
            NativeMemory.Clear((void*)Start(column), (nuint)_columns[column].BytesPerRow);
        }
    }

    private nint Start(int column) => _columnStarts[column] + (nint)(_row * _columns[column].BytesPerRow);
}
