using System;

namespace TrainDsl.Optimizers;

/// <summary>An update rule over flat parameters: one fused kernel for each parameter group.</summary>
public interface IOptimizer : IDisposable
{
    /// <summary>Optimizer steps made so far.</summary>
    long StepCount { get; }

    /// <summary>Updates every parameter from its gradient. Allocates no managed memory.</summary>
    /// <param name="learningRate">The learning rate of this step, at least 0.</param>
    /// <param name="gradientScale">What the gradients are divided by on the way: clipping and normalisation without another pass; null for 1.</param>
    void Step(double learningRate, GradientScale? gradientScale = null);
}
