using System;
using System.Diagnostics;
using System.Threading;
using TorchSharp;
using TrainDsl.Stepping;
using static TorchSharp.torch;

namespace TrainDsl.Data;

/// <summary>
/// The micro-batches of one replica: a ring of staging slots between the loader's thread and the replica's. Neither side allocates managed memory,
/// and neither takes a lock unless it has to wait.
/// </summary>
/// <remarks>
/// While the loader sleeps, its slots full, the replica may take the reading over and then reads each micro-batch itself, until it hands it back.
/// </remarks>
public sealed class BatchLane : IDisposable
{
    private const int LoaderRuns = 0;
    private const int LoaderWaits = 1;
    private const int ReplicaReads = 2;

    private readonly BatchSequence _sequence;
    private readonly BatchPipeline _pipeline;
    private readonly ReadingCost? _cost;
    private readonly long _replica;
    private readonly StagingSlot[] _slots;
    private readonly SemaphoreSlim _toLoad = new(0);
    private readonly SemaphoreSlim _toTrain = new(0);
    private long _step;
    private long _filled;
    private long _released;
    private long _taken;
    private int _loader = LoaderRuns;
    private bool _readsHere;
    private volatile bool _readsHereForGood;
    private volatile bool _runEnds;
    private int _replicaWaits;
    private volatile Exception? _end;
    private volatile bool _closed;

    /// <param name="layout">The dataset's columns.</param>
    /// <param name="sequence">Which positions each micro-batch holds.</param>
    /// <param name="replica">The replica among all of them.</param>
    /// <param name="device">The replica's device.</param>
    /// <param name="slots">The micro-batches that are read ahead.</param>
    /// <param name="firstStep">The optimizer step to begin at.</param>
    /// <param name="pipeline">What reads.</param>
    /// <param name="cost">What reading costs; null where the replica is not to read itself.</param>
    internal BatchLane(
        ColumnLayout layout, BatchSequence sequence, long replica, Device device, int slots, long firstStep, BatchPipeline pipeline, ReadingCost? cost)
    {
        _sequence = sequence;
        _pipeline = pipeline;
        _cost = cost;
        _replica = replica;
        _step = firstStep;
        _slots = new StagingSlot[slots];
        for (int slot = 0; slot < slots; slot++)
        {
            try
            {
                _slots[slot] = new StagingSlot(layout, checked((int)sequence.Plan.MicroBatch), sequence.PartialMicroBatch, device);
            }
            catch
            {
                DisposeSlots();
                throw;
            }
        }
    }

    /// <summary>How long the replica has waited for data, or read it itself, so far.</summary>
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
        _cost?.MicroBatchStarts();
        Release();
        if (Volatile.Read(ref _filled) == _taken)
        {
            long start = Stopwatch.GetTimestamp();
            while (Volatile.Read(ref _filled) == _taken)
            {
                if (!ReadHere())
                {
                    WaitForLoader();
                }
            }

            Waited += Stopwatch.GetElapsedTime(start);
        }

        StagingSlot slot = _slots[_taken % _slots.Length];
        _taken++;
        return slot.HandOut();
    }

    /// <summary>Stops the lane and releases its memory; the loader must have ended.</summary>
    public void Dispose()
    {
        DisposeSlots();
        _toLoad.Dispose();
        _toTrain.Dispose();
    }

    /// <summary>The slot to write next. For the thread that reads, where there is a free one.</summary>
    internal StagingSlot FreeSlot => _slots[_filled % _slots.Length];

    /// <summary>Waits for a free slot. Called by the loader.</summary>
    /// <returns>Whether there is one; false where the lane is closed.</returns>
    internal bool WaitForSlot()
    {
        if (IsFull)
        {
            WaitForReplica();
        }

        return !_closed;
    }

    /// <summary>Hands the slot that was written to the replica. Called by the thread that reads.</summary>
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
        WakeReplica();
    }

    /// <summary>The replica reads each micro-batch itself from here on, when it asks for it. Called by the thread that reads, which stops reading ahead.</summary>
    internal void ReadOnReplica()
    {
        _readsHereForGood = true;
        WakeReplica();
    }

    /// <summary>The run is to end: from here on the replica waits for a micro-batch only as long as the pipeline's patience. Called by any thread.</summary>
    internal void EndRun()
    {
        _runEnds = true;
        WakeReplica();
    }

    /// <summary>Whether the loader sleeps, has ended, or the replica has taken the reading over from it. For tests.</summary>
    internal bool LoaderRests => Volatile.Read(ref _loader) != LoaderRuns || _end is not null || _readsHereForGood;

    /// <summary>Makes the loader stop waiting for this lane.</summary>
    internal void Close()
    {
        _closed = true;
        Interlocked.MemoryBarrier();
        if (Interlocked.Exchange(ref _loader, LoaderRuns) != LoaderRuns)
        {
            _toLoad.Release();
        }
    }

    private void WakeReplica()
    {
        Interlocked.MemoryBarrier();
        if (Interlocked.Exchange(ref _replicaWaits, 0) == 1)
        {
            _toTrain.Release();
        }
    }

    private void DisposeSlots()
    {
        // Null where memory ran out before it was made.
        foreach (StagingSlot? slot in _slots)
        {
            slot?.Dispose();
        }
    }

    /// <summary>Whether every slot waits to be trained on.</summary>
    internal bool IsFull => Volatile.Read(ref _filled) - Volatile.Read(ref _released) == _slots.Length;

    private void Release()
    {
        if (_taken == _released)
        {
            return;
        }

        _slots[_released % _slots.Length].Release();
        long released = Interlocked.Increment(ref _released);
        // Waking a thread costs more than a small step: a loader that sleeps is woken when half of its slots are free, not at each one.
        if (_readsHere || _readsHereForGood || Volatile.Read(ref _filled) - released > _slots.Length / 2)
        {
            return;
        }

        if (ReadingHerePays() && Interlocked.CompareExchange(ref _loader, ReplicaReads, LoaderWaits) == LoaderWaits)
        {
            _readsHere = true;
        }
        else if (Interlocked.Exchange(ref _loader, LoaderRuns) == LoaderWaits)
        {
            _toLoad.Release();
        }
    }

    private bool ReadingHerePays() => _cost is { IsSmall: true, TrainsOnEveryCore: true } && StepScope.ClosedOnThisThread is not null;

    /// <summary>Reads the next micro-batch on the replica's thread, where that has taken the reading over and still does well to, or has to.</summary>
    /// <returns>Whether it was read, or may be by another attempt.</returns>
    private bool ReadHere()
    {
        if (_readsHereForGood)
        {
            // What the loop holds in its own scope is not to go with what reading makes.
            using var own = new StepScope();
            return _pipeline.ReadNext(own);
        }

        if (!_readsHere)
        {
            return false;
        }

        if (_cost!.IsLarge || StepScope.ClosedOnThisThread is not { } scope)
        {
            _readsHere = false;
            Interlocked.Exchange(ref _loader, LoaderRuns);
            _toLoad.Release();
            return false;
        }

        return _pipeline.ReadNext(scope);
    }

    private void WaitForReplica()
    {
        while (!_closed && IsFull)
        {
            Interlocked.Exchange(ref _loader, LoaderWaits);
            bool stillFull = !_closed && Volatile.Read(ref _filled) - Volatile.Read(ref _released) > _slots.Length / 2;
            if (stillFull || Interlocked.CompareExchange(ref _loader, LoaderRuns, LoaderWaits) != LoaderWaits)
            {
                _toLoad.Wait();
            }
        }
    }

    private void WaitForLoader()
    {
        while (Volatile.Read(ref _filled) == _taken)
        {
            ThrowIfEnded();
            Interlocked.Exchange(ref _replicaWaits, 1);
            bool stillEmpty = Volatile.Read(ref _filled) == _taken && _end is null && !_readsHereForGood;
            if (stillEmpty || Interlocked.Exchange(ref _replicaWaits, 0) == 0)
            {
                Sleep();
            }

            if (_readsHereForGood)
            {
                return;
            }
        }
    }

    /// <summary>Sleeps until it is woken; where the run is to end, for a bounded time.</summary>
    private void Sleep()
    {
        if (!_runEnds)
        {
            _toTrain.Wait();
        }
        else if (!_toTrain.Wait(_pipeline.Patience))
        {
            if (Interlocked.Exchange(ref _replicaWaits, 0) == 1)
            {
                throw _pipeline.ReadDoesNotReturn("The run was to end, and waits for a sample. ");
            }

            // It has been woken, if late.
            _toTrain.Wait();
        }
    }

    private void ThrowIfEnded()
    {
        // Read again after the end was seen: what was filled before it comes first.
        if (_end is { } reason && Volatile.Read(ref _filled) == _taken)
        {
            // A new exception, because each replica's lane throws it with a stack of its own.
            throw reason is DatasetException { SampleIndex: { } index } failure
                ? new DatasetException(index, failure.Message, failure.InnerException)
                : new InvalidOperationException(reason.Message, reason);
        }
    }
}
