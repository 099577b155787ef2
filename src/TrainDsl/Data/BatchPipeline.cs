using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Threading;
using TorchSharp;
using static TorchSharp.torch;

namespace TrainDsl.Data;

/// <summary>
/// Reads a dataset ahead of the training loop: one background thread writes samples straight into preallocated staging tensors, for all replicas of
/// this process. It allocates no managed memory per sample beyond what the dataset's own <c>Read</c> does.
/// </summary>
/// <remarks>
/// Where one replica trains on every core of the CPU and reading is small beside it, the replica's own thread takes the reading over from the background
/// thread, which would only take a core from it. The order of the samples is the same.
/// </remarks>
public sealed class BatchPipeline : IDisposable
{
    // Enough that a loader woken at half-empty stays ahead, few enough that staging stays small beside activations. Waking a thread costs as much as
    // a fifth of a tiny model's step, so that small batches get more slots.
    private const int FewestSlots = 4;
    private const int MostSlots = 16;
    private const long StagingBytesPerLane = 8 << 20;

    // A dataset reads on one thread at a time, also when the one that is trained on is evaluated meanwhile.
    private static readonly ConditionalWeakTable<IColumnDataset, Lock> s_readers = [];

    private readonly IColumnDataset _dataset;
    private readonly Lock _reader;
    private readonly SampleOrder _order;
    private readonly BatchLane[] _lanes;
    private readonly long _endStep;
    private readonly MicroBatchCursor _next;
    private readonly ReadingCost _cost = new();
    private readonly Thread _loader;
    private long _loaderAllocations;

    /// <summary>Starts reading.</summary>
    /// <param name="dataset">The dataset.</param>
    /// <param name="sequence">Which positions each micro-batch holds.</param>
    /// <param name="order">Which sample each position of an epoch is.</param>
    /// <param name="devices">The device of each replica of this process, in the order of the replicas.</param>
    /// <param name="firstReplica">The first replica of this process among all replicas.</param>
    /// <param name="firstStep">The optimizer step to begin at, from 0.</param>
    /// <param name="endStep">The optimizer step to end before.</param>
    public BatchPipeline(
        IColumnDataset dataset, BatchSequence sequence, SampleOrder order, IReadOnlyList<Device> devices, long firstReplica, long firstStep, long endStep)
    {
        ArgumentNullException.ThrowIfNull(dataset);
        ArgumentNullException.ThrowIfNull(sequence);
        ArgumentNullException.ThrowIfNull(devices);
        _dataset = dataset;
        _reader = s_readers.GetValue(dataset, static _ => new Lock());
        _order = order;
        _endStep = endStep;
        _next = new MicroBatchCursor(sequence, firstReplica, devices.Count, firstStep, endStep);
        int slots = (int)Math.Clamp(StagingBytesPerLane / Math.Max(1, dataset.Layout.BytesPerRow * sequence.Plan.MicroBatch), FewestSlots, MostSlots);
        StagingBytes = devices.Count * slots * dataset.Layout.BytesPerRow * sequence.Plan.MicroBatch;
        _lanes = new BatchLane[devices.Count];

        // Of several replicas, each reading its own, a dataset that draws random numbers would give them out in an order that changes from run to run.
        ReadingCost? cost = devices.Count == 1 && devices[0].type == DeviceType.CPU ? _cost : null;
        for (int lane = 0; lane < _lanes.Length; lane++)
        {
            _lanes[lane] = new BatchLane(dataset.Layout, sequence, firstReplica + lane, devices[lane], slots, firstStep, this, cost);
        }

        _loader = new Thread(Load) { IsBackground = true, Name = "TrainDsl loader" };
        _loader.Start();
    }

    /// <summary>The micro-batches of each replica of this process, in the order of the replicas.</summary>
    public IReadOnlyList<BatchLane> Lanes => _lanes;

    /// <summary>Host memory that samples are read into, for all replicas of this process.</summary>
    internal long StagingBytes { get; }

    /// <summary>Managed bytes that the loader's thread has allocated so far, the dataset's own included.</summary>
    internal long LoaderAllocations => Volatile.Read(ref _loaderAllocations);

    /// <summary>Stops reading and releases the staging memory.</summary>
    public void Dispose()
    {
        foreach (BatchLane lane in _lanes)
        {
            lane.Close();
        }

        _loader.Join();
        foreach (BatchLane lane in _lanes)
        {
            lane.Dispose();
        }
    }

    /// <summary>
    /// Ends the lanes of all replicas because one failed: the loader stops waiting for it, and the others for the loader.
    /// </summary>
    internal void Abort(Exception failure)
    {
        End(failure);
        foreach (BatchLane lane in _lanes)
        {
            lane.Close();
        }
    }

    /// <summary>Reads the next micro-batch into its lane, which has room for it; ends the lanes where there is none or reading fails.</summary>
    /// <returns>Whether there may be more to read.</returns>
    internal bool ReadNext()
    {
        try
        {
            if (_next.AtEnd)
            {
                End(new InvalidOperationException($"All micro-batches up to step {_endStep} have been handed out."));
                return false;
            }

            BatchLane lane = _lanes[_next.Replica];
            lock (_reader)
            {
                long start = Stopwatch.GetTimestamp();
                lane.FreeSlot.Fill(_dataset, _order, _next.Epoch, _next.Start, _next.Samples);
                _cost.Add(Stopwatch.GetTimestamp() - start);
            }

            _next.MoveNext();
            lane.Publish();
            return true;
        }
        catch (Exception failure)
        {
            // Handed to the replicas, which end the run with it: a background thread must not take the process down.
            End(failure);
            return false;
        }
    }

    private void Load()
    {
        // Which lane is next does not change while this waits for it: reading is taken over only where there is one.
        while (_lanes[_next.Replica].WaitForSlot() && ReadNext())
        {
            Volatile.Write(ref _loaderAllocations, GC.GetAllocatedBytesForCurrentThread());
        }
    }

    private void End(Exception reason)
    {
        foreach (BatchLane lane in _lanes)
        {
            lane.End(reason);
        }
    }
}
