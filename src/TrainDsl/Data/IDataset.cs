namespace TrainDsl;

/// <summary>
/// A dataset of samples with a fixed number of columns. Implement it in a partial class that declares its columns with
/// <see cref="ColumnAttribute{T}"/>; the generator adds the typed <c>Row</c> and <c>Batch</c>, and the class implements
/// <c>public partial void Read(long index, in Row row)</c>, which writes sample <c>index</c> straight into the staging memory of a batch.
/// </summary>
/// <remarks>
/// <c>Read</c> is called by one thread at a time, not always the same. Every column of the row is zero when it is called. Tensors that it makes are disposed when it
/// returns. <c>row.Random</c> gives random numbers that are the same in every run of the seed; <c>row.Epoch</c> is the epoch, from 0.
/// </remarks>
public interface IDataset
{
    /// <summary>The number of samples, at least 0; a run reads it once, when it begins.</summary>
    long Count { get; }
}
