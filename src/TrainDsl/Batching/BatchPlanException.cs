using System;
using System.Collections.Generic;

namespace TrainDsl.Batching;

/// <summary>
/// A batch plan cannot be fitted to what was asked for without changing the global batch. The message gives the numbers and lists the nearest
/// plans that keep it.
/// </summary>
public sealed class BatchPlanException : ArgumentException
{
    /// <summary>Makes the exception.</summary>
    /// <param name="message">What does not fit, with the numbers, and the nearest plans.</param>
    /// <param name="nearest">The nearest plans that keep the global batch, nearest first; may be empty.</param>
    public BatchPlanException(string message, IReadOnlyList<BatchPlan> nearest)
        : base(message)
    {
        Nearest = nearest;
    }

    /// <summary>The nearest plans that keep the global batch, nearest first; empty where the request was no number of anything.</summary>
    public IReadOnlyList<BatchPlan> Nearest { get; }
}
