using System.Collections.Generic;

namespace TrainDsl.Optimizers;

/// <summary>What an optimizer has learned, for checkpoints.</summary>
internal interface IOptimizerState
{
    /// <summary>Optimizer steps made so far.</summary>
    long StepCount { get; }

    /// <summary>The running averages of every group that this optimizer updates; none for plain gradient descent.</summary>
    IReadOnlyList<OptimizerMoment> Moments { get; }

    /// <summary>Goes on from a number of steps, once the moments have been set.</summary>
    void RestoreStepCount(long stepCount);
}
