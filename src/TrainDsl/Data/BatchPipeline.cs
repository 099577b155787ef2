using System;
using System.Collections.Generic;
using System.Globalization;
using System.Threading;
using TorchSharp;
using TrainDsl.Stepping;
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
    /// <summary>How long a run that is to end waits for a <c>Read</c> that does not return, unless the options say otherwise.</summary>
    internal static readonly TimeSpan DefaultPatience = TimeSpan.FromSeconds(10);

    private const int LoaderEnded = 1;
    private const int LoaderLeft = 2;

    private readonly SampleReader _reader;
    private readonly BatchLane[] _lanes;
    private readonly long _endStep;
    private readonly MicroBatchCursor _next;
    private readonly Thread _loader;
    private readonly ManualResetEventSlim _watched = new();
    private CancellationTokenRegistration _stop;
    private long _loaderAllocations;
    private int _fate;

    /// <summary>Starts reading.</summary>
    /// <param name="dataset">The dataset.</param>
    /// <param name="sequence">Which positions each micro-batch holds.</param>
    /// <param name="order">Which sample each position of an epoch is.</param>
    /// <param name="devices">The device of each replica of this process, in the order of the replicas.</param>
    /// <param name="firstReplica">The first replica of this process among all replicas.</param>
    /// <param name="firstStep">The optimizer step to begin at, from 0.</param>
    /// <param name="endStep">The optimizer step to end before.</param>
    /// <exception cref="DatasetException">The memory that samples are read into does not fit; the message names sizes and what would fit.</exception>
    public BatchPipeline(
        IColumnDataset dataset, BatchSequence sequence, SampleOrder order, IReadOnlyList<Device> devices, long firstReplica, long firstStep, long endStep)
        : this(dataset, sequence, order, devices, firstReplica, firstStep, endStep, new ReadingCost(TimeProvider.System), AvailableMemory.Bytes)
    {
    }

    /// <param name="dataset">The dataset.</param>
    /// <param name="sequence">Which positions each micro-batch holds.</param>
    /// <param name="order">Which sample each position of an epoch is.</param>
    /// <param name="devices">The device of each replica of this process, in the order of the replicas.</param>
    /// <param name="firstReplica">The first replica of this process among all replicas.</param>
    /// <param name="firstStep">The optimizer step to begin at, from 0.</param>
    /// <param name="endStep">The optimizer step to end before.</param>
    /// <param name="cost">Measures reading beside training.</param>
    /// <param name="availableMemory">Bytes of memory that are available.</param>
    internal BatchPipeline(
        IColumnDataset dataset,
        BatchSequence sequence,
        SampleOrder order,
        IReadOnlyList<Device> devices,
        long firstReplica,
        long firstStep,
        long endStep,
        ReadingCost cost,
        long availableMemory)
    {
        ArgumentNullException.ThrowIfNull(dataset);
        ArgumentNullException.ThrowIfNull(sequence);
        ArgumentNullException.ThrowIfNull(devices);
        _reader = new SampleReader(dataset, order, cost);
        _endStep = endStep;
        _next = new MicroBatchCursor(sequence, firstReplica, devices.Count, firstStep, endStep);
        var staging = new StagingSize(dataset.Layout, sequence.Plan.MicroBatch, devices.Count);
        int slots = staging.Slots(availableMemory);
        StagingBytes = staging.Bytes(slots);
        _lanes = new BatchLane[devices.Count];
        try
        {
            for (int lane = 0; lane < _lanes.Length; lane++)
            {
                // Of several replicas one alone cannot know what reading costs the others, and on another device training takes no core.
                ReadingCost? own = devices.Count == 1 && devices[0].type == DeviceType.CPU ? cost : null;
                _lanes[lane] = new BatchLane(dataset.Layout, sequence, firstReplica + lane, devices[lane], slots, firstStep, this, own);
            }
        }
        catch (Exception failure)
        {
            ReleaseLanes();
            throw staging.NotAllocated(slots, failure);
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

    /// <summary>How long a run that is to end waits for a <c>Read</c> that does not return.</summary>
    internal TimeSpan Patience { get; private set; } = DefaultPatience;

    /// <summary>
    /// Stops reading and releases the staging memory. A <c>Read</c> that does not return is waited for for a bounded time; after it the loader's thread, a background
    /// one, and the staging memory are left to it, and released if it returns.
    /// </summary>
    public void Dispose()
    {
        _stop.Dispose();
        foreach (BatchLane lane in _lanes)
        {
            lane.Close();
        }

        if (!_loader.Join(Patience) && Interlocked.Exchange(ref _fate, LoaderLeft) != LoaderEnded)
        {
            LeftReading?.Invoke(ReadDoesNotReturn("The run ends without waiting for a sample any longer. ").Message);
            return;
        }

        ReleaseLanes();
    }

    /// <summary>Told in words of a sample that was still being read when the run ended; null for nobody.</summary>
    internal Action<string>? LeftReading { get; set; }

    /// <summary>Says when the run is to end, from where on a replica waits for a micro-batch for a bounded time.</summary>
    /// <param name="patience">How long a <c>Read</c> that does not return is waited for.</param>
    /// <param name="stop">Cancelled when the run is to end.</param>
    internal void EndWith(TimeSpan patience, CancellationToken stop)
    {
        Patience = patience;
        _stop = stop.UnsafeRegister(
            static pipeline =>
            {
                foreach (BatchLane lane in ((BatchPipeline)pipeline!)._lanes)
                {
                    lane.EndRun();
                }
            },
            this);
    }

    /// <summary>
    /// Waits until the first samples have been read, during which the loader watches whether <c>Read</c> draws from libtorch's generator: nothing else may draw from
    /// it until then.
    /// </summary>
    /// <exception cref="DatasetException">The run is to end, and a <c>Read</c> does not return.</exception>
    internal void AwaitFirst()
    {
        try
        {
            _watched.Wait(_stop.Token);
        }
        catch (OperationCanceledException)
        {
            if (!_watched.Wait(Patience))
            {
                throw ReadDoesNotReturn("The run was to end, and waits for its first samples. ");
            }
        }
    }

    /// <summary>What a <c>Read</c> that does not return ends in.</summary>
    internal DatasetException ReadDoesNotReturn(string what)
    {
        string waited = Patience.TotalSeconds.ToString("0.###", CultureInfo.InvariantCulture);
        return _reader.Sample is { } sample
            ? new DatasetException(sample, $"{what}Reading sample {sample} of the dataset has not returned for {waited} s: look at what Read waits for.")
            : new DatasetException($"{what}The dataset has not been read for {waited} s.");
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
    /// <param name="scope">What the tensors that reading makes go to: the innermost step scope of this thread, closed.</param>
    /// <returns>Whether there may be more to read.</returns>
    internal bool ReadNext(StepScope scope)
    {
        try
        {
            if (_next.AtEnd)
            {
                End(new InvalidOperationException($"All micro-batches up to step {_endStep} have been handed out."));
                return false;
            }

            BatchLane lane = _lanes[_next.Replica];
            if (!_reader.Read(lane.FreeSlot, _next.Epoch, _next.Start, _next.Samples, scope))
            {
                return GeneratorIsOwned();
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

    /// <summary>Has the samples read where nothing else draws from libtorch's generator: by the thread that trains, when it asks for them.</summary>
    /// <returns>Whether there is such a thread.</returns>
    private bool GeneratorIsOwned()
    {
        if (_lanes.Length == 1)
        {
            _lanes[0].ReadOnReplica();
            return true;
        }

        End(new DatasetException(
            $"The dataset's Read draws from libtorch's generator of random numbers, which the {_lanes.Length} replicas of this process draw from at the same time, so "
            + "that no run would repeat. Draw from row.Random instead, or train on one device."));
        return false;
    }

    private void Load()
    {
        using (var scope = new StepScope())
        {
            // Which lane is next does not change while this waits for it: reading is taken over only where there is one.
            while (!_reader.OwnsGenerator && _lanes[_next.Replica].WaitForSlot() && ReadNext(scope))
            {
                Volatile.Write(ref _loaderAllocations, GC.GetAllocatedBytesForCurrentThread());
                if (!_watched.IsSet)
                {
                    _watched.Set();
                }
            }
        }

        _watched.Set();

        if (Interlocked.Exchange(ref _fate, LoaderEnded) == LoaderLeft)
        {
            ReleaseLanes();
        }
    }

    private void End(Exception reason)
    {
        foreach (BatchLane lane in _lanes)
        {
            lane.End(reason);
        }
    }

    private void ReleaseLanes()
    {
        foreach (BatchLane? lane in _lanes)
        {
            lane?.Dispose();
        }
    }
}
