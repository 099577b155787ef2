using System;

namespace TrainDsl;

/// <summary>
/// Writes checkpoints, from which a run that was interrupted goes on to the same bits (<see cref="TrainingOptions.Resume"/>). Training waits for one
/// copy of the state; writing happens on a background thread.
/// </summary>
/// <remarks>
/// Without <see cref="EverySteps"/> and <see cref="EveryEpochs"/> one is written after each epoch. One more is written when the run ends, is
/// cancelled or interrupted.
/// </remarks>
[AttributeUsage(DefinitionTargets.All, Inherited = false)]
public sealed class CheckpointAttribute : Attribute
{
    /// <summary>Optimizer steps from one checkpoint to the next, at least 1.</summary>
    public long EverySteps { get; init; }

    /// <summary>Epochs from one checkpoint to the next, at least 1.</summary>
    public int EveryEpochs { get; init; }

    /// <summary>How many of the newest checkpoints stay on disk, at least 1; 3 unless written.</summary>
    public int Keep { get; init; } = 3;

    /// <summary>
    /// A declared metric, or "loss": after each epoch in which its validation value is the best so far a checkpoint is written, which stays on disk
    /// until there is a better one. Metrics need a validation dataset; without one "loss" is the epoch's training loss.
    /// </summary>
    public string? KeepBest { get; init; }

    /// <summary>Whether lower values of the metric are better, as of an error; of the loss they always are.</summary>
    public bool LowerIsBetter { get; init; }
}

/// <summary>What happens where a loss or gradient is NaN or infinite.</summary>
public enum NonFiniteAction
{
    /// <summary>The run ends with a <see cref="NonFiniteException"/> that names the samples, before the update. Where checkpoints are declared,
    /// one is written.</summary>
    Stop,

    /// <summary>The update is left out and counted; the run goes on with the next global batch.</summary>
    Skip,
}

/// <summary>Has each step's loss and gradient checked for NaN and infinity before the weights are updated.</summary>
/// <param name="action">What happens where one is found.</param>
[AttributeUsage(DefinitionTargets.All, Inherited = false)]
public sealed class NonFiniteAttribute(NonFiniteAction action = NonFiniteAction.Stop) : Attribute
{
    /// <summary>What happens where a loss or gradient is NaN or infinite.</summary>
    public NonFiniteAction Action { get; } = action;
}
