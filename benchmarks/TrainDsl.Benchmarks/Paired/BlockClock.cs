using System;
using System.Diagnostics;

namespace TrainDsl.Benchmarks.Paired;

/// <summary>Times a block of steps and counts what all threads of the process allocate in it.</summary>
internal struct BlockClock
{
    /// <summary>
    /// Steps before those that are timed: after the other loops' turns the caches are cold, libtorch's threads asleep, and a loader has read ahead what the next
    /// steps then need not wait for (16 batches at most).
    /// </summary>
    public const int LeadIn = 20;

    private long _bytes;
    private long _start;

    /// <summary>The block begins.</summary>
    public void Start()
    {
        _bytes = GC.GetTotalAllocatedBytes(precise: true);
        _start = Stopwatch.GetTimestamp();
    }

    /// <summary>The block is over.</summary>
    /// <param name="steps">Its steps.</param>
    public readonly Block Stop(int steps)
    {
        TimeSpan elapsed = Stopwatch.GetElapsedTime(_start);
        return new Block(elapsed.TotalMilliseconds / steps, (GC.GetTotalAllocatedBytes(precise: true) - _bytes) / (double)steps);
    }
}
