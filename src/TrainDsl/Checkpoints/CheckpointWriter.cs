using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Threading;
using TrainDsl.Monitoring;

namespace TrainDsl.Checkpoints;

/// <summary>
/// Writes checkpoints on a background thread, so that training waits only for one copy of the state into a spare buffer. A failure stops
/// nothing: it is handed to the callback, kept in <see cref="LastFailure"/>, and the next attempt is made when the caller begins one.
/// </summary>
/// <remarks>To be used by one thread, the training thread. A begin without a reallocation of the buffer allocates no managed memory there.</remarks>
internal sealed unsafe class CheckpointWriter : IDisposable
{
    private static readonly SnapshotCopy MemoryCopy = static (source, destination, byteLength) =>
        Buffer.MemoryCopy(source, destination, byteLength, byteLength);

    private readonly object _gate = new();
    private readonly CheckpointStore _store;
    private readonly int? _keep;
    private readonly Action<CheckpointOutcome> _report;
    private readonly SnapshotCopy _copy;
    private readonly SnapshotBuffer _buffer = new();
    private readonly List<long> _protectedSteps = [];
    private readonly Thread _thread;

    // Written by the training thread while _busy is false, read by the background thread while it is true.
    private byte[] _state = new byte[4096];
    private int _stateLength;
    private long _step;
    private CheckpointSnapshot? _snapshot;
    private bool _filesStale;

    private CheckpointFile[] _files = [];
    private bool _busy;
    private bool _stopping;
    private Exception? _lastFailure;

    /// <param name="store">Where to write; this writer is its only user from here on.</param>
    /// <param name="keep">How many of the newest checkpoints to keep, at least 1; null for all.</param>
    /// <param name="report">Called once for each attempt, on the background thread, or for lack of memory on the training thread. It is where the
    /// user is told.</param>
    /// <param name="copy">Copies one tensor to host memory; null where all tensors are in host memory already.</param>
    public CheckpointWriter(CheckpointStore store, int? keep, Action<CheckpointOutcome> report, SnapshotCopy? copy = null)
    {
        if (keep is { } count)
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(count, 1, nameof(keep));
        }

        _store = store;
        _keep = keep;
        _report = report;
        _copy = copy ?? MemoryCopy;

        // A background thread: one that hangs on a dead disk must not keep the process from ending. What it was writing is not visible.
        _thread = new Thread(Run) { IsBackground = true, Name = "TrainDsl checkpoint writer" };
        _thread.Start();
    }

    /// <summary>Whether a write is going on.</summary>
    public bool IsBusy
    {
        get
        {
            lock (_gate)
            {
                return _busy;
            }
        }
    }

    /// <summary>Why the latest attempt failed; null where it succeeded or there was none.</summary>
    public Exception? LastFailure
    {
        get
        {
            lock (_gate)
            {
                return _lastFailure;
            }
        }
    }

    /// <summary>Copies a snapshot and begins to write it. When it returns, the tensors may be changed again.</summary>
    /// <param name="step">The optimizer steps done, 0 or more.</param>
    /// <param name="snapshot">The tensors to copy.</param>
    /// <param name="stateJson">The small JSON for state.json; copied as well.</param>
    /// <param name="protectedSteps">Steps whose checkpoints are not to be removed, such as the best one's.</param>
    /// <param name="wait">How long to wait for a write that is still going on: zero for not at all, <see cref="Timeout.InfiniteTimeSpan"/> for its
    /// end.</param>
    /// <returns>False where the previous write is still going on, or there is no memory for the copy, which is reported.</returns>
    public bool TryBegin(long step, CheckpointSnapshot snapshot, ReadOnlySpan<byte> stateJson, ReadOnlySpan<long> protectedSteps, TimeSpan wait)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(step);
        ArgumentNullException.ThrowIfNull(snapshot);
        if (!WaitUntilIdle(wait))
        {
            return false;
        }

        // The background thread sleeps until _busy: everything below is this thread's alone.
        try
        {
            _filesStale |= _buffer.Reserve(snapshot.ByteLength);
            if (stateJson.Length > _state.Length)
            {
                _state = new byte[Math.Max(stateJson.Length, Math.Min(2 * (long)_state.Length, Array.MaxLength))];
            }
        }
        catch (OutOfMemoryException e)
        {
            Finish(new CheckpointOutcome(step, null, e, null, TimeSpan.Zero));
            return false;
        }

        _buffer.CopyFrom(snapshot, _copy);
        stateJson.CopyTo(_state);
        _stateLength = stateJson.Length;
        _protectedSteps.Clear();
        _protectedSteps.AddRange(protectedSteps);
        _step = step;
        _filesStale |= !ReferenceEquals(_snapshot, snapshot);
        _snapshot = snapshot;

        lock (_gate)
        {
            _busy = true;
            Monitor.PulseAll(_gate);
        }

        return true;
    }

    /// <summary>Waits for the write that is going on, if any, and its report.</summary>
    public void Drain() => WaitUntilIdle(Timeout.InfiniteTimeSpan);

    /// <summary>Finishes the write that is going on, ends the thread and frees the buffer.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            if (_stopping)
            {
                return;
            }

            _stopping = true;
            Monitor.PulseAll(_gate);
        }

        _thread.Join();
        _buffer.Dispose();
    }

    private bool WaitUntilIdle(TimeSpan wait)
    {
        long start = Stopwatch.GetTimestamp();
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_stopping, this);
            while (_busy)
            {
                TimeSpan left = wait == Timeout.InfiniteTimeSpan ? wait : wait - Stopwatch.GetElapsedTime(start);
                if (wait != Timeout.InfiniteTimeSpan && left <= TimeSpan.Zero)
                {
                    return false;
                }

                Monitor.Wait(_gate, left);
            }
        }

        return true;
    }

    private void Run()
    {
        while (true)
        {
            lock (_gate)
            {
                while (!_busy)
                {
                    if (_stopping)
                    {
                        return;
                    }

                    Monitor.Wait(_gate);
                }
            }

            Finish(WriteOne());
            lock (_gate)
            {
                _busy = false;
                Monitor.PulseAll(_gate);
            }
        }
    }

    private CheckpointOutcome WriteOne()
    {
        long start = Stopwatch.GetTimestamp();
        CheckpointInfo? checkpoint = null;
        try
        {
            if (_filesStale)
            {
                _files = FilesOf(_snapshot!);
                _filesStale = false;
            }

            checkpoint = _store.Write(_step, _files);

            // While a checkpoint of an earlier run counts as the newest, none of this one's may be taken for an old one.
            _store.MoveSupersededAside();
            if (_keep is { } keep)
            {
                _store.Prune(keep, CollectionsMarshal.AsSpan(_protectedSteps));
            }

            return new CheckpointOutcome(_step, checkpoint, null, null, Stopwatch.GetElapsedTime(start)) { Notes = _store.TakeNotes() };
        }
        catch (CheckpointIOException e) when (checkpoint is not null)
        {
            return new CheckpointOutcome(_step, checkpoint, null, e, Stopwatch.GetElapsedTime(start)) { Notes = _store.TakeNotes() };
        }
        catch (Exception e)
        {
            // Whatever went wrong, an exception that leaves this thread would end the process and with it the training.
            return new CheckpointOutcome(_step, checkpoint, e, null, Stopwatch.GetElapsedTime(start));
        }
    }

    /// <summary>The files with their headers, which stay the same from one checkpoint to the next.</summary>
    private CheckpointFile[] FilesOf(CheckpointSnapshot snapshot)
    {
        Span<SafetensorsTensor> tensors = _buffer.TensorsOf(snapshot);
        List<CheckpointFile> files = [];
        foreach (CheckpointSnapshotFile file in snapshot.Files)
        {
            SafetensorsLayout layout = new(tensors[..file.Tensors.Count].ToArray(), file.Metadata);
            tensors = tensors[file.Tensors.Count..];
            files.Add(new CheckpointFile(file.Name, layout.WriteTo));
        }

        files.Add(new CheckpointFile(CheckpointSnapshot.StateFile, stream => stream.Write(_state.AsSpan(0, _stateLength))));
        return [.. files];
    }

    private void Finish(CheckpointOutcome outcome)
    {
        lock (_gate)
        {
            _lastFailure = outcome.Failure;
        }

        try
        {
            _report(outcome);
        }
        catch (Exception e)
        {
            // The report is how the user hears of failures: when it fails itself, the error stream is what is left.
            ErrorOutput.TryWriteLine($"The report of the checkpoint of step {outcome.Step} failed: {e}");
        }
    }
}
