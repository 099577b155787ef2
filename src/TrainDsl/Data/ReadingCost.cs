using System;
using System.Threading;
using TorchSharp;

namespace TrainDsl.Data;

/// <summary>What reading a micro-batch costs beside training on it: moving averages of both, so that a cold start and a slow disk are forgotten.</summary>
/// <param name="clock">What measures both.</param>
/// <param name="trainsOnEveryCore">Whether training uses every core, so that the loader's thread takes one from it; null for what libtorch is set to.</param>
internal sealed class ReadingCost(TimeProvider clock, bool? trainsOnEveryCore = null)
{
    private const double NewShare = 1.0 / 8.0;

    // Apart, so that one slow read does not move reading to and fro.
    private const double SmallShare = 1.0 / 20.0;
    private const double LargeShare = 1.0 / 8.0;

    private bool? _trainsOnEveryCore = trainsOnEveryCore;
    private double _readTicks;
    private double _intervalTicks;
    private long _lastStart;

    /// <summary>The time, in ticks of the clock.</summary>
    internal long Now => clock.GetTimestamp();

    /// <summary>Whether training uses every core of the CPU. For the thread that trains.</summary>
    internal bool TrainsOnEveryCore => _trainsOnEveryCore ??= torch.get_num_threads() >= Environment.ProcessorCount;

    /// <summary>Whether reading is at most a twentieth of the time of a micro-batch.</summary>
    internal bool IsSmall => Share is > 0.0 and <= SmallShare;

    /// <summary>Whether reading is more than an eighth of the time of a micro-batch.</summary>
    internal bool IsLarge => Share > LargeShare;

    private double Share => _intervalTicks > 0.0 ? Volatile.Read(ref _readTicks) / _intervalTicks : 0.0;

    /// <summary>A micro-batch was read. Called by the thread that reads, whichever it is.</summary>
    /// <param name="ticks">How long that took, in ticks of the clock.</param>
    internal void Add(long ticks) => Volatile.Write(ref _readTicks, Average(Volatile.Read(ref _readTicks), ticks));

    /// <summary>The replica asks for a micro-batch: the time since it last did is that of a micro-batch.</summary>
    internal void MicroBatchStarts()
    {
        long now = Now;
        if (_lastStart > 0)
        {
            _intervalTicks = Average(_intervalTicks, now - _lastStart);
        }

        _lastStart = now;
    }

    private static double Average(double average, long ticks) => average == 0.0 ? ticks : average + ((ticks - average) * NewShare);
}
