using System;
using System.Linq;
using TrainDsl.Faults;

namespace TrainDsl.Data;

/// <summary>How much host memory samples are read into: for each replica a ring of slots, each of which holds a micro-batch.</summary>
internal sealed class StagingSize
{
    // Enough that a loader woken at half-empty stays ahead, few enough that staging stays small beside activations. Waking a thread costs as much as
    // a fifth of a tiny model's step, so that small batches get more slots.
    private const int FewestSlots = 4;
    private const int MostSlots = 16;
    private const long BytesPerReplica = 8 << 20;

    // One is read while the other is trained on.
    private const int FewestSlotsWhereShort = 2;

    private readonly ColumnLayout _layout;
    private readonly long _microBatch;
    private readonly int _replicas;

    /// <param name="layout">The columns.</param>
    /// <param name="microBatch">Samples of a slot.</param>
    /// <param name="replicas">Replicas of this process.</param>
    internal StagingSize(ColumnLayout layout, long microBatch, int replicas)
    {
        _layout = layout;
        _microBatch = microBatch;
        _replicas = replicas;
    }

    /// <summary>The slots of each replica: fewer than would be best where memory is short.</summary>
    /// <param name="available">Bytes of memory that are available.</param>
    /// <exception cref="DatasetException">Not even the fewest fit.</exception>
    internal int Slots(long available)
    {
        Int128 slot = Slot;
        int slots = (int)Int128.Clamp(BytesPerReplica / Int128.Max(1, slot), FewestSlots, MostSlots);
        while (slots > FewestSlotsWhereShort && slots * slot * _replicas > available)
        {
            slots--;
        }

        return slots * slot * _replicas <= available ? slots : throw TooLarge(slots, available);
    }

    /// <summary>The bytes of all slots.</summary>
    internal long Bytes(int slots) => (long)(slots * Slot * _replicas);

    /// <summary>The memory fits by the figures, and could not be allocated.</summary>
    internal Exception NotAllocated(int slots, Exception failure) => OutOfMemory.Is(failure)
        ? new DatasetException(null, $"{Needs(slots)}, which could not be allocated. {Largest} Lower the micro-batch, or let the run lower it: [MicroBatch(Auto = true)].", failure)
        : failure;

    private Int128 Slot => (Int128)_layout.BytesPerRow * _microBatch;

    private string Largest
    {
        get
        {
            Column largest = _layout.Columns.MaxBy(static column => column.BytesPerRow)!;
            return $"The largest column is {largest.Name}, {MemorySize.InWords(largest.BytesPerRow)} a sample.";
        }
    }

    private DatasetException TooLarge(int slots, long available)
    {
        long fitting = (long)Int128.Min(_microBatch, available / Int128.Max(1, (Int128)_layout.BytesPerRow * slots * _replicas));
        string cure = fitting > 0
            ? $"A micro-batch of {fitting} would fit."
            : "Not even a micro-batch of 1 would fit: make samples smaller, for instance by reading a part of each.";
        return new DatasetException(
            null, $"{Needs(slots)}; {MemorySize.InWords(available)} are available. {Largest} {cure}", new InsufficientMemoryException());
    }

    private string Needs(int slots)
    {
        string replicas = _replicas == 1 ? "" : $" x {_replicas} replicas";
        return $"Reading needs {MemorySize.InWords((double)(slots * Slot * _replicas))} of memory: {slots} micro-batches of {_microBatch} samples{replicas}, "
            + $"{MemorySize.InWords(_layout.BytesPerRow)} a sample";
    }
}
