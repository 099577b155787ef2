using System.Diagnostics;
using System.Threading;

namespace TrainDsl.Data;

/// <summary>What reading a micro-batch costs beside training on it: moving averages of both, so that a cold start and a slow disk are forgotten.</summary>
internal sealed class ReadingCost
{
    private const double NewShare = 1.0 / 8.0;

    // Apart, so that one slow read does not move reading to and fro.
    private const double SmallShare = 1.0 / 20.0;
    private const double LargeShare = 1.0 / 8.0;

    private double _readTicks;
    private double _intervalTicks;
    private long _lastStart;

    /// <summary>Whether reading is at most a twentieth of the time of a micro-batch.</summary>
    internal bool IsSmall => Share is > 0.0 and <= SmallShare;

    /// <summary>Whether reading is more than an eighth of the time of a micro-batch.</summary>
    internal bool IsLarge => Share > LargeShare;

    private double Share => _intervalTicks > 0.0 ? Volatile.Read(ref _readTicks) / _intervalTicks : 0.0;

    /// <summary>A micro-batch was read. Called by the thread that reads, whichever it is.</summary>
    /// <param name="ticks">How long that took, in ticks of the stopwatch.</param>
    internal void Add(long ticks) => Volatile.Write(ref _readTicks, Average(Volatile.Read(ref _readTicks), ticks));

    /// <summary>The replica asks for a micro-batch: the time since it last did is that of a micro-batch.</summary>
    internal void MicroBatchStarts()
    {
        long now = Stopwatch.GetTimestamp();
        if (_lastStart > 0)
        {
            _intervalTicks = Average(_intervalTicks, now - _lastStart);
        }

        _lastStart = now;
    }

    private static double Average(double average, long ticks) => average == 0.0 ? ticks : average + ((ticks - average) * NewShare);
}
