using System;

namespace TrainDsl.Tests.Monitoring;

/// <summary>Does something after one step of a run.</summary>
internal sealed class StepAction(long atStep, Action action) : ITrainingMonitor
{
    /// <summary>How the run ended.</summary>
    public TrainingResult? Result { get; private set; }

    public void OnStep(in StepReport step)
    {
        if (step.Step == atStep)
        {
            action();
        }
    }

    public void OnEnd(TrainingResult result) => Result = result;
}
