using System;
using System.Globalization;

namespace TrainDsl.Checkpoints;

/// <summary>
/// Decides whether the user hears of a checkpoint that was left out because the one before it is still being written. Steps of microseconds, or a best
/// checkpoint beside the schedule, leave some out on any disk: only a write that takes long is told of, and ever more rarely.
/// </summary>
/// <param name="clock">Tells how long a write takes.</param>
internal sealed class LeftOutCheckpoints(TimeProvider clock)
{
    /// <summary>A write that takes this long is worth telling of.</summary>
    public static readonly TimeSpan Slow = TimeSpan.FromSeconds(10);

    private long _begun;
    private long _count;
    private long _nextTold = 1;

    /// <summary>A write has begun.</summary>
    public void Begin() => _begun = clock.GetTimestamp();

    /// <summary>A checkpoint was left out.</summary>
    /// <param name="step">Its step.</param>
    /// <param name="writing">The step of the one that is being written.</param>
    /// <returns>What to tell; null for nothing.</returns>
    public string? Add(long step, long writing)
    {
        TimeSpan taken = clock.GetElapsedTime(_begun);
        if (taken < Slow || ++_count < _nextTold)
        {
            return null;
        }

        _nextTold = 2 * _count;
        string total = _count == 1 ? "" : string.Create(CultureInfo.InvariantCulture, $" So far {_count} were left out.");
        return string.Create(
            CultureInfo.InvariantCulture,
            $"the checkpoint of step {step} was left out: the one of step {writing} is still being written after {taken.TotalSeconds:0} s.{total} "
            + $"The disk is slower than the schedule: raise EverySteps, or choose a faster disk.");
    }
}
