namespace TrainDsl.Data;

/// <summary>What the generator adds to a dataset: its columns, and reading a sample into staging memory.</summary>
public interface IColumnDataset : IDataset
{
    /// <summary>The columns, in the order of their declaration.</summary>
    ColumnLayout Layout { get; }

    /// <summary>Reads a sample into a row of staging memory.</summary>
    /// <param name="index">The sample, from 0 to Count - 1.</param>
    /// <param name="row">The row to fill.</param>
    void ReadRow(long index, in RowMemory row);
}
