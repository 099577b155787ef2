using System;
using System.Collections.Generic;
using TrainDsl.Batching;
using TrainDsl.Monitoring;

namespace TrainDsl;

/// <summary>How a run ended.</summary>
/// <param name="Plan">The plan that was trained.</param>
/// <param name="Steps">Optimizer steps made, those before a resume included.</param>
/// <param name="Samples">Samples learned from in this run.</param>
/// <param name="Completed">Whether the run came to its declared end; false where it was cancelled.</param>
/// <param name="FinalLoss">The mean loss of the last global batch, in this run or before it was resumed; NaN if no step was made.</param>
/// <param name="Epochs">A report for each epoch that ended, those before a resume included.</param>
/// <param name="Elapsed">Time that training took, evaluation left out.</param>
public sealed record TrainingResult(
    BatchPlan Plan, long Steps, long Samples, bool Completed, double FinalLoss, IReadOnlyList<EpochReport> Epochs, TimeSpan Elapsed)
{
    /// <summary>The last validation result, or null where there was none.</summary>
    public EvaluationResult? Validation => Epochs.Count == 0 ? null : Epochs[^1].Validation;

    /// <summary>The checkpoint with the best value of the metric that <c>[Checkpoint(KeepBest = ...)]</c> declares; null if there is none.</summary>
    public BestCheckpoint? BestCheckpoint { get; init; }

    /// <summary>
    /// Why the state at the end of the run is in no checkpoint, such as a full disk; null if it is in one, or if none are declared. A program that is to
    /// be told apart by its exit code returns another one than 0 then.
    /// </summary>
    public Exception? CheckpointFailure { get; init; }

    /// <summary>Samples per second, evaluation left out.</summary>
    public double SamplesPerSecond => Elapsed > TimeSpan.Zero ? Samples / Elapsed.TotalSeconds : 0.0;

    /// <summary>The result in words, on one line.</summary>
    public override string ToString() =>
        $"{(Completed ? "done" : "stopped")}: {InWords.Count(Steps, "step")} in {InWords.Duration(Elapsed)}, "
        + $"{InWords.Number((long)SamplesPerSecond)} samples/s"
        + (Steps > 0 ? $", final loss {InWords.Value(FinalLoss)}" : "")
        + (Validation is { } validation ? $", validation {validation}" : "");
}
