using System;

namespace TrainDsl.Faults;

/// <summary>
/// Whether a smaller micro-batch may help where memory ran out. Where step after step the very same allocation fails, whatever the micro-batch, what is
/// short does not depend on it, and halving goes on to 1 for nothing.
/// </summary>
internal sealed class MemoryShortage
{
    // The first failure and two after halving: by then three quarters of what does depend on the micro-batch are free.
    private const int Alike = 3;

    private long _step = -1;
    private string? _allocation;
    private int _failures;

    /// <summary>What failed alike, in libtorch's words; null where halving may help.</summary>
    internal string? Fixed => _failures >= Alike ? _allocation : null;

    /// <summary>Memory ran out.</summary>
    /// <param name="step">In which step.</param>
    /// <param name="failure">What was thrown.</param>
    internal void Add(long step, Exception failure)
    {
        string? allocation = OutOfMemory.Allocation(failure);
        bool isAlike = allocation is not null && allocation == _allocation && step == _step;
        _failures = isAlike ? _failures + 1 : 1;
        _allocation = allocation;
        _step = step;
    }
}
