using System;

namespace TrainDsl;

/// <summary>Which parameters weight decay applies to.</summary>
public enum DecayOnly
{
    /// <summary>Every trainable parameter.</summary>
    All,

    /// <summary>Parameters with two or more dimensions: biases and the weights of norms are left out.</summary>
    Matrices,
}

/// <summary>Adam with decoupled weight decay (Loshchilov and Hutter, 2019), as <c>torch.optim.AdamW</c> computes it.</summary>
[AttributeUsage(DefinitionTargets.All, Inherited = false)]
public sealed class AdamWAttribute : Attribute
{
    /// <summary>The base learning rate, above 0; 1e-3 unless written.</summary>
    public double LearningRate { get; init; } = 1e-3;

    /// <summary>Decay rate of the first moment, in [0, 1); 0.9 unless written.</summary>
    public double Beta1 { get; init; } = 0.9;

    /// <summary>Decay rate of the second moment, in [0, 1); 0.999 unless written.</summary>
    public double Beta2 { get; init; } = 0.999;

    /// <summary>Added to the denominator, above 0; 1e-8 unless written.</summary>
    public double Epsilon { get; init; } = 1e-8;

    /// <summary>Decoupled weight decay, at least 0; 1e-2 unless written.</summary>
    public double WeightDecay { get; init; } = 1e-2;

    /// <summary>Which parameters weight decay applies to.</summary>
    public DecayOnly DecayOnly { get; init; }
}

/// <summary>Adam (Kingma and Ba, 2015), as <c>torch.optim.Adam</c> computes it; weight decay is added to the gradient.</summary>
[AttributeUsage(DefinitionTargets.All, Inherited = false)]
public sealed class AdamAttribute : Attribute
{
    /// <summary>The base learning rate, above 0; 1e-3 unless written.</summary>
    public double LearningRate { get; init; } = 1e-3;

    /// <summary>Decay rate of the first moment, in [0, 1); 0.9 unless written.</summary>
    public double Beta1 { get; init; } = 0.9;

    /// <summary>Decay rate of the second moment, in [0, 1); 0.999 unless written.</summary>
    public double Beta2 { get; init; } = 0.999;

    /// <summary>Added to the denominator, above 0; 1e-8 unless written.</summary>
    public double Epsilon { get; init; } = 1e-8;

    /// <summary>L2 weight decay added to the gradient, at least 0; 0 unless written.</summary>
    public double WeightDecay { get; init; }

    /// <summary>Which parameters weight decay applies to.</summary>
    public DecayOnly DecayOnly { get; init; }
}

/// <summary>Stochastic gradient descent with momentum, as <c>torch.optim.SGD</c> computes it.</summary>
[AttributeUsage(DefinitionTargets.All, Inherited = false)]
public sealed class SgdAttribute : Attribute
{
    /// <summary>The base learning rate, above 0; 1e-2 unless written.</summary>
    public double LearningRate { get; init; } = 1e-2;

    /// <summary>Momentum, in [0, 1); 0 unless written.</summary>
    public double Momentum { get; init; }

    /// <summary>Dampening of momentum, in [0, 1]; 0 unless written; Nesterov momentum requires 0.</summary>
    public double Dampening { get; init; }

    /// <summary>Whether momentum is Nesterov's; requires momentum above 0.</summary>
    public bool Nesterov { get; init; }

    /// <summary>L2 weight decay added to the gradient, at least 0; 0 unless written.</summary>
    public double WeightDecay { get; init; }

    /// <summary>Which parameters weight decay applies to.</summary>
    public DecayOnly DecayOnly { get; init; }
}

/// <summary>
/// Scales the gradient of the global batch down so that its L2 norm over all trainable parameters is at most a bound,
/// as <c>torch.nn.utils.clip_grad_norm_</c> does.
/// </summary>
/// <param name="maxNorm">The largest L2 norm let through, above 0.</param>
[AttributeUsage(DefinitionTargets.All, Inherited = false)]
public sealed class ClipGradNormAttribute(double maxNorm) : Attribute
{
    /// <summary>The largest L2 norm let through, above 0.</summary>
    public double MaxNorm { get; } = maxNorm;
}
