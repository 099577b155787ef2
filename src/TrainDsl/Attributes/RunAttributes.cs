using System;

namespace TrainDsl;

/// <summary>Marks a partial class as a training definition: its other attributes declare the run, and its loop is generated.</summary>
[AttributeUsage(DefinitionTargets.All, Inherited = false)]
public sealed class TrainingAttribute : Attribute;

/// <summary>The model that a training definition trains.</summary>
/// <typeparam name="TModel">
/// A TorchSharp module. Without a method marked <see cref="ModelFactoryAttribute"/> it needs an accessible constructor without parameters.
/// </typeparam>
[AttributeUsage(DefinitionTargets.All, Inherited = false)]
public sealed class ModelAttribute<TModel> : Attribute;

/// <summary>
/// Marks the static method of a training definition that makes the model: no parameters, returns the declared model.
/// It is called once for each replica, right after the generator of random numbers was seeded.
/// </summary>
[AttributeUsage(AttributeTargets.Method, Inherited = false)]
public sealed class ModelFactoryAttribute : Attribute;

/// <summary>
/// Marks the static method of a training definition that computes the loss: parameters (model, in batch), returning
/// a scalar <c>Tensor</c> that is the mean over the batch's samples, or a <see cref="WeightedSum"/>.
/// </summary>
[AttributeUsage(AttributeTargets.Method, Inherited = false)]
public sealed class LossAttribute : Attribute
{
    /// <summary>
    /// Whether the loss of a batch is more than the mean of its samples' losses (contrastive losses, whose negatives are the batch's other samples). The global
    /// batch is then one micro-batch on one device; accumulation, <see cref="MicroBatchAttribute.Auto"/> and other plans at run time are refused. False unless set.
    /// </summary>
    public bool CouplesSamples { get; init; }
}

/// <summary>
/// Marks a static method of a training definition that computes a metric: parameters (model, in batch), returning
/// a scalar <c>Tensor</c> that is the mean over the batch's samples, or a <see cref="WeightedSum"/>.
/// </summary>
/// <param name="name">The name under which the metric is reported, unique in the definition.</param>
[AttributeUsage(AttributeTargets.Method, Inherited = false)]
public sealed class MetricAttribute(string name) : Attribute
{
    /// <summary>The name under which the metric is reported.</summary>
    public string Name { get; } = name;
}

/// <summary>How often the dataset is gone through.</summary>
/// <remarks>At least one of <see cref="EpochsAttribute"/> and <see cref="MaxStepsAttribute"/> is written; with both, the run ends at whichever comes first.</remarks>
/// <param name="count">Passes over the dataset, at least 1.</param>
[AttributeUsage(DefinitionTargets.All, Inherited = false)]
public sealed class EpochsAttribute(int count) : Attribute
{
    /// <summary>Passes over the dataset, at least 1.</summary>
    public int Count { get; } = count;
}

/// <summary>The number of optimizer steps after which the run ends.</summary>
/// <param name="count">Optimizer steps, at least 1.</param>
[AttributeUsage(DefinitionTargets.All, Inherited = false)]
public sealed class MaxStepsAttribute(long count) : Attribute
{
    /// <summary>Optimizer steps, at least 1.</summary>
    public long Count { get; } = count;
}

/// <summary>The seed of the run: of the model's initial weights, the order of samples, and dropout.</summary>
/// <remarks>Left out, it is 0: a run is repeatable unless its seed is changed.</remarks>
/// <param name="value">Any 64-bit number.</param>
[AttributeUsage(DefinitionTargets.All, Inherited = false)]
public sealed class SeedAttribute(long value) : Attribute
{
    /// <summary>The seed.</summary>
    public long Value { get; } = value;
}
