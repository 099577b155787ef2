using System;
using System.Collections.Generic;

namespace TrainDsl;

/// <summary>
/// libtorch refused something in the loss, the forward or backward pass or a metric. The message says in which step, on which samples and columns, and what to
/// do; <see cref="Exception.InnerException"/> is what was thrown. What user code throws itself passes as it is.
/// </summary>
public sealed class MicroBatchException : Exception
{
    private readonly long[] _sampleIndices = [];

    /// <summary>Makes the exception without a message.</summary>
    public MicroBatchException()
    {
    }

    /// <param name="message">What was found, what was expected and what to do.</param>
    public MicroBatchException(string? message)
        : base(message)
    {
    }

    /// <param name="message">What was found, what was expected and what to do.</param>
    /// <param name="innerException">What was thrown.</param>
    public MicroBatchException(string? message, Exception? innerException)
        : base(message, innerException)
    {
    }

    /// <param name="message">What was found, what was expected and what to do.</param>
    /// <param name="innerException">What was thrown.</param>
    /// <param name="step">The optimizer step, from 1; null in an evaluation.</param>
    /// <param name="epoch">The epoch, from 1; null in an evaluation.</param>
    /// <param name="sampleIndices">The samples of the micro-batch.</param>
    internal MicroBatchException(string message, Exception innerException, long? step, long? epoch, long[] sampleIndices)
        : base(message, innerException)
    {
        Step = step;
        Epoch = epoch;
        _sampleIndices = sampleIndices;
    }

    /// <summary>The optimizer step that failed, from 1; null in an evaluation.</summary>
    public long? Step { get; }

    /// <summary>The epoch of the step, from 1; null in an evaluation.</summary>
    public long? Epoch { get; }

    /// <summary>The indices of the micro-batch's samples in the dataset.</summary>
    public IReadOnlyList<long> SampleIndices => _sampleIndices;
}
