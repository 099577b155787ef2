using System.Runtime.CompilerServices;
using System.Threading;

namespace TrainDsl.Data;

/// <summary>Who reads a dataset: one thread at a time, also when the dataset that is trained on is evaluated meanwhile.</summary>
internal sealed class DatasetUse
{
    private const long Nothing = -1;

    private static readonly ConditionalWeakTable<IColumnDataset, DatasetUse> s_uses = [];

    private long _sample = Nothing;

    private DatasetUse()
    {
    }

    /// <summary>Held while samples are read.</summary>
    internal Lock Lock { get; } = new();

    /// <summary>The sample that is being read, by whichever thread; null where none is.</summary>
    internal long? Sample => Volatile.Read(ref _sample) is var sample and not Nothing ? sample : null;

    internal static DatasetUse Of(IColumnDataset dataset) => s_uses.GetValue(dataset, static _ => new DatasetUse());

    /// <summary>Notes what is read now.</summary>
    internal void Begin(long sample) => Volatile.Write(ref _sample, sample);

    /// <summary>Notes that nothing is.</summary>
    internal void End() => Volatile.Write(ref _sample, Nothing);
}
