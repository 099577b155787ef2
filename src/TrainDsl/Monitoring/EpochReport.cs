using System;
using TrainDsl.Monitoring;

namespace TrainDsl;

/// <summary>What one epoch did.</summary>
/// <param name="Epoch">The epoch, from 1.</param>
/// <param name="Step">Optimizer steps made so far.</param>
/// <param name="TrainingLoss">The mean loss over the epoch's samples, each measured before the step that learned from it.</param>
/// <param name="Validation">The validation result, or null where no validation dataset was given.</param>
/// <param name="Elapsed">Time since the start of the run, evaluation left out.</param>
public sealed record EpochReport(long Epoch, long Step, double TrainingLoss, EvaluationResult? Validation, TimeSpan Elapsed)
{
    /// <summary>Whether the run came to its declared end within the epoch: the report is of the part that was made.</summary>
    public bool IsPartial { get; init; }

    /// <summary>The epoch in words, on one line.</summary>
    public override string ToString() =>
        $"epoch {InWords.Number(Epoch)}: loss {InWords.Value(TrainingLoss)}{(Validation is null ? "" : $", validation {Validation}")}, "
        + $"{InWords.Count(Step, "step")} so far, {InWords.Duration(Elapsed)}";
}
