using System;

namespace TrainDsl;

/// <summary>
/// The number of samples that one optimizer step learns from, over all replicas:
/// global batch = micro-batch x devices x nodes x accumulation.
/// </summary>
/// <remarks>
/// Left out, it is the product of the other terms. At least one of <see cref="GlobalBatchAttribute"/> and
/// <see cref="MicroBatchAttribute"/> is written.
/// </remarks>
/// <param name="size">Samples per optimizer step, at least 1.</param>
[AttributeUsage(DefinitionTargets.All, Inherited = false)]
public sealed class GlobalBatchAttribute(long size) : Attribute
{
    /// <summary>Samples per optimizer step, at least 1.</summary>
    public long Size { get; } = size;
}

/// <summary>The number of samples in one forward and backward pass of one replica: what has to fit a device's memory.</summary>
/// <remarks>Left out, it is what the global batch and the other terms require.</remarks>
[AttributeUsage(DefinitionTargets.All, Inherited = false)]
public sealed class MicroBatchAttribute : Attribute
{
    /// <param name="size">Samples per pass and replica, at least 1.</param>
    public MicroBatchAttribute(long size) => Size = size;

    /// <summary>To be used with <see cref="Auto"/>: a replica's whole share of the global batch, or what fits of it.</summary>
    public MicroBatchAttribute()
    {
    }

    /// <summary>Samples per pass and replica, at least 1; 0 where none is written.</summary>
    public long Size { get; }

    /// <summary>
    /// Whether a step that runs out of memory is repeated with half the micro-batch and twice the accumulation. The global batch, which has to be
    /// written, stays.
    /// </summary>
    public bool Auto { get; init; }

    /// <summary>
    /// MiB of a device's memory that one sample takes in a forward and backward pass, above 0: <see cref="Monitoring.MemoryReport.ActivationsPerSample"/>.
    /// Beside <see cref="DevicesAttribute.MemoryMiB"/> the compiler says where a micro-batch does not fit, and where accumulation is not needed.
    /// </summary>
    public double MemoryMiBPerSample { get; init; }
}

/// <summary>The devices that train together, one replica of the model on each.</summary>
/// <remarks>Left out, there is one device on one node.</remarks>
/// <param name="count">Devices on each node, at least 1.</param>
[AttributeUsage(DefinitionTargets.All, Inherited = false)]
public sealed class DevicesAttribute(int count) : Attribute
{
    /// <summary>Devices on each node, at least 1.</summary>
    public int Count { get; } = count;

    /// <summary>Nodes (processes) that train together, at least 1; 1 unless written.</summary>
    public int Nodes { get; init; } = 1;

    /// <summary>How the buffers of the replicas' models are brought into line after each step; those of the first replica unless written.</summary>
    public BufferRule Buffers { get; init; } = BufferRule.First;

    /// <summary>
    /// MiB of one device's memory that micro-batches may take, above 0: what weights, gradients and optimizer state leave of it. For the compiler alone,
    /// beside <see cref="MicroBatchAttribute.MemoryMiBPerSample"/>; a run is not held to it.
    /// </summary>
    public double MemoryMiB { get; init; }
}

/// <summary>The number of micro-batches whose gradients each replica adds up before one optimizer step.</summary>
/// <remarks>Left out, it is what the global batch and the micro-batch require, else 1.</remarks>
/// <param name="steps">Micro-batches per optimizer step and replica, at least 1.</param>
[AttributeUsage(DefinitionTargets.All, Inherited = false)]
public sealed class GradientAccumulationAttribute(long steps) : Attribute
{
    /// <summary>Micro-batches per optimizer step and replica, at least 1.</summary>
    public long Steps { get; } = steps;
}
