using System;

namespace TrainDsl;

// With t the optimizer step counted from 0, W the warm-up steps and D the decay steps, the learning rate is the optimizer's
// base rate times a factor. While t < W the factor is (t + 1) / W; after that it is the formula that each schedule states.

/// <summary>A constant learning rate: after warm-up the factor is 1.</summary>
[AttributeUsage(DefinitionTargets.All, Inherited = false)]
public sealed class ConstantAttribute : Attribute
{
    /// <summary>Optimizer steps over which the rate rises linearly from base/W to base, at least 0; 0 unless written.</summary>
    public long WarmupSteps { get; init; }
}

/// <summary>
/// A learning rate that falls linearly: after warm-up the factor is 1 - (1 - FinalFactor) x p, with p = (t - W) / (D - W), at most 1.
/// </summary>
[AttributeUsage(DefinitionTargets.All, Inherited = false)]
public sealed class LinearDecayAttribute : Attribute
{
    /// <summary>Optimizer steps over which the rate rises linearly from base/W to base, at least 0; 0 unless written.</summary>
    public long WarmupSteps { get; init; }

    /// <summary>The step D at which decay ends, warm-up included; unless written, the end of the run.</summary>
    public long DecaySteps { get; init; }

    /// <summary>The factor at the end of decay and after it, in [0, 1]; 0 unless written.</summary>
    public double FinalFactor { get; init; }
}

/// <summary>
/// A learning rate that falls along half a cosine (Loshchilov and Hutter, 2017): after warm-up the factor is
/// FinalFactor + (1 - FinalFactor) x (1 + cos(pi x p)) / 2, with p = (t - W) / (D - W), at most 1.
/// </summary>
[AttributeUsage(DefinitionTargets.All, Inherited = false)]
public sealed class CosineDecayAttribute : Attribute
{
    /// <summary>Optimizer steps over which the rate rises linearly from base/W to base, at least 0; 0 unless written.</summary>
    public long WarmupSteps { get; init; }

    /// <summary>The step D at which decay ends, warm-up included; unless written, the end of the run.</summary>
    public long DecaySteps { get; init; }

    /// <summary>The factor at the end of decay and after it, in [0, 1]; 0 unless written.</summary>
    public double FinalFactor { get; init; }
}

/// <summary>
/// A learning rate that falls in steps: after warm-up the factor is Factor to the power of floor((t - W) / EverySteps).
/// </summary>
/// <param name="everySteps">Optimizer steps between falls, at least 1.</param>
[AttributeUsage(DefinitionTargets.All, Inherited = false)]
public sealed class StepDecayAttribute(long everySteps) : Attribute
{
    /// <summary>Optimizer steps between falls, at least 1.</summary>
    public long EverySteps { get; } = everySteps;

    /// <summary>What each fall multiplies the rate by, in (0, 1]; 0.1 unless written.</summary>
    public double Factor { get; init; } = 0.1;

    /// <summary>Optimizer steps over which the rate rises linearly from base/W to base, at least 0; 0 unless written.</summary>
    public long WarmupSteps { get; init; }
}
