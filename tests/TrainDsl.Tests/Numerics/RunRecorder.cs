using System.Collections.Generic;

namespace TrainDsl.Tests.Numerics;

/// <summary>Writes down what each step of a run reports.</summary>
internal sealed class RunRecorder : ITrainingMonitor
{
    public List<double> Losses { get; } = [];

    public List<double> LearningRates { get; } = [];

    public List<double> GradientNorms { get; } = [];

    public void OnStep(in StepReport step)
    {
        Losses.Add(step.Loss);
        LearningRates.Add(step.LearningRate);
        GradientNorms.Add(step.GradientNorm);
    }
}
