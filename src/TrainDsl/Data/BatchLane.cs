using System;
using System.Diagnostics;
using System.Threading;
using TorchSharp;
using static TorchSharp.torch;

namespace TrainDsl.Data;

/// <summary>
/// The micro-batches of one replica: a ring of staging slots between the loader's thread and the replica's. Neither side allocates managed memory,
/// and neither takes a lock unless it has to wait.
/// </summary>
public sealed class BatchLane : IDisposable
{
    private readonly BatchSequence _sequence;
    private readonly long _replica;
    private readonly StagingSlot[] _slots;
    private readonly SemaphoreSlim _toLoad = new(0);
    private readonly SemaphoreSlim _toTrain = new(0);
    private long _step;
    private long _filled;
    private long _released;
    private long _taken;
    private int _loaderWaits;
    private int _replicaWaits;
    private volatile Exception? _end;
    private volatile bool _closed;

    internal BatchLane(ColumnLayout layout, BatchSequence sequence, long replica, Device device, int slots, long firstStep)
    {
        _sequence = sequence;
        _replica = replica;
        _step = firstStep;
        _slots = new StagingSlot[slots];
        for (int slot = 0; slot < slots; slot++)
        {
            _slots[slot] = new StagingSlot(layout, checked((int)sequence.Plan.MicroBatch), sequence.PartialMicroBatch, device);
        }
    }

    /// <summary>How long the replica has waited for data so far.</summary>
    public TimeSpan Waited { get; private set; }

    /// <summary>Starts the next global batch.</summary>
    /// <param name="microBatches">The micro-batches of it that this replica has: the plan's accumulation but at the end of an epoch.</param>
    public GlobalBatch NextGlobalBatch(out int microBatches)
    {
        GlobalBatch batch = _sequence.GlobalBatchOf(_step++);
        microBatches = _sequence.MicroBatchesOf(batch, _replica);
        return batch;
    }

    /// <summary>The next micro-batch. The one before it is given back to the loader.</summary>
    /// <exception cref="DatasetException">The dataset failed to read a sample; micro-batches read before it have been handed out.</exception>
    /// <exception cref="InvalidOperationException">There is none: the last step's micro-batches have been handed out.</exception>
    public BatchTensors NextMicroBatch()
    {
        Release();
        if (Volatile.Read(ref _filled) == _taken)
        {
            WaitForLoader();
        }

        StagingSlot slot = _slots[_taken % _slots.Length];
        _taken++;
        slot.Transfer();
        return slot.Filled;
    }

    /// <summary>Stops the lane and releases its memory; the loader must have ended.</summary>
    public void Dispose()
    {
        foreach (StagingSlot slot in _slots)
        {
            slot.Dispose();
        }

        _toLoad.Dispose();
        _toTrain.Dispose();
    }

    /// <summary>A slot to write, or null when the lane is closed. Called by the loader.</summary>
    internal StagingSlot? Acquire()
    {
        if (_filled - Volatile.Read(ref _released) == _slots.Length)
        {
            WaitForReplica();
        }

        return _closed ? null : _slots[_filled % _slots.Length];
    }

    /// <summary>Hands the acquired slot to the replica. Called by the loader.</summary>
    internal void Publish()
    {
        Interlocked.Increment(ref _filled);
        if (Interlocked.Exchange(ref _replicaWaits, 0) == 1)
        {
            _toTrain.Release();
        }
    }

    /// <summary>Ends the lane: what asking for a micro-batch after the last one throws. Micro-batches read before it are still handed out.</summary>
    internal void End(Exception reason)
    {
        _end = reason;
        Interlocked.MemoryBarrier();
        if (Interlocked.Exchange(ref _replicaWaits, 0) == 1)
        {
            _toTrain.Release();
        }
    }

    /// <summary>Makes the loader stop waiting for this lane.</summary>
    internal void Close()
    {
        _closed = true;
        Interlocked.MemoryBarrier();
        if (Interlocked.Exchange(ref _loaderWaits, 0) == 1)
        {
            _toLoad.Release();
        }
    }

    private void Release()
    {
        if (_taken == _released)
        {
            return;
        }

        long released = Interlocked.Increment(ref _released);
        // Waking a thread costs more than a small step: a loader that sleeps is woken when half of its slots are free, not at each one.
        if (Volatile.Read(ref _filled) - released <= _slots.Length / 2 && Interlocked.Exchange(ref _loaderWaits, 0) == 1)
        {
            _toLoad.Release();
        }
    }

    private void WaitForReplica()
    {
        while (!_closed && _filled - Volatile.Read(ref _released) == _slots.Length)
        {
            Interlocked.Exchange(ref _loaderWaits, 1);
            bool stillFull = !_closed && _filled - Volatile.Read(ref _released) > _slots.Length / 2;
            if (stillFull || Interlocked.Exchange(ref _loaderWaits, 0) == 0)
            {
                _toLoad.Wait();
            }
        }
    }

    private void WaitForLoader()
    {
        long start = Stopwatch.GetTimestamp();
        while (Volatile.Read(ref _filled) == _taken)
        {
            ThrowIfEnded();
            Interlocked.Exchange(ref _replicaWaits, 1);
            bool stillEmpty = Volatile.Read(ref _filled) == _taken && _end is null;
            if (stillEmpty || Interlocked.Exchange(ref _replicaWaits, 0) == 0)
            {
                _toTrain.Wait();
            }
        }

        Waited += Stopwatch.GetElapsedTime(start);
    }

    private void ThrowIfEnded()
    {
        // Read again after the end was seen: what was filled before it comes first.
        if (_end is { } reason && Volatile.Read(ref _filled) == _taken)
        {
            // A new exception, because each replica's lane throws it with a stack of its own.
            throw reason is DatasetException { SampleIndex: { } index, InnerException: { } cause }
                ? new DatasetException(index, cause)
                : new InvalidOperationException(reason.Message, reason);
        }
    }
}
