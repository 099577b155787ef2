namespace TrainDsl;

/// <summary>
/// A dataset of samples with a fixed number of columns. Implement it in a partial class that declares its columns with
/// <see cref="ColumnAttribute{T}"/>; the generator adds the typed <c>Row</c> and <c>Batch</c>, and the class implements
/// <c>public partial void Read(long index, in Row row)</c>, which writes sample <c>index</c> straight into the staging memory of a batch.
/// </summary>
/// <remarks>
/// <c>Read</c> is called on one background thread at a time, never concurrently. It must fill every column of the row: memory is reused.
/// </remarks>
public interface IDataset
{
    /// <summary>The number of samples, at least 0; it must not change while a run goes on.</summary>
    long Count { get; }
}
