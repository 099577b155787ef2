using System;
using System.Globalization;

namespace TrainDsl.Batching;

/// <summary>
/// A resolved batch plan: <c>global = micro x devices x nodes x accumulation</c>. The identity holds by construction, because the global batch is
/// computed from the other terms. The default value is no plan: all its terms are 0.
/// </summary>
public readonly record struct BatchPlan
{
    /// <summary>Makes the plan of the given terms; the global batch is their product.</summary>
    /// <param name="microBatch">Samples that one replica sends through the model at once, at least 1.</param>
    /// <param name="devices">Devices in one node, at least 1.</param>
    /// <param name="nodes">Nodes, at least 1.</param>
    /// <param name="accumulation">Micro-batches that each replica accumulates before a step, at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">A term is below 1.</exception>
    /// <exception cref="ArgumentException">The global batch is more than <see cref="long.MaxValue"/>.</exception>
    public BatchPlan(long microBatch, long devices, long nodes, long accumulation)
    {
        MicroBatch = Positive(microBatch, nameof(microBatch));
        Devices = Positive(devices, nameof(devices));
        Nodes = Positive(nodes, nameof(nodes));
        Accumulation = Positive(accumulation, nameof(accumulation));
        GlobalBatch = PositiveProduct.Of(microBatch, devices, nodes, accumulation) ?? throw new ArgumentException(
            FormattableString.Invariant($"Micro-batch {microBatch} x devices {devices} x nodes {nodes} x accumulation {accumulation} ")
            + FormattableString.Invariant($"is more than {long.MaxValue}, the most samples that a batch can count."));
    }

    /// <summary>Samples that one optimizer step learns from, over all replicas, 1 to <see cref="long.MaxValue"/>.</summary>
    public long GlobalBatch { get; }

    /// <summary>Samples that one replica sends through the model at once, at least 1.</summary>
    public long MicroBatch { get; }

    /// <summary>Devices in one node, at least 1.</summary>
    public long Devices { get; }

    /// <summary>Nodes, each with <see cref="Devices"/> devices, at least 1.</summary>
    public long Nodes { get; }

    /// <summary>Micro-batches that each replica accumulates gradients over before a step, at least 1.</summary>
    public long Accumulation { get; }

    /// <summary>Copies of the model that train in parallel, one a device: devices x nodes.</summary>
    public long Replicas => Devices * Nodes;

    /// <summary>Samples of a global batch that one replica sees: micro-batch x accumulation.</summary>
    public long SamplesPerReplica => MicroBatch * Accumulation;

    /// <summary>The plan if every term is at least 1 and the product fits 64 bits, else <see langword="null"/>.</summary>
    internal static BatchPlan? TryCreate(long microBatch, long devices, long nodes, long accumulation)
        => microBatch >= 1 && devices >= 1 && nodes >= 1 && accumulation >= 1
            && PositiveProduct.Of(microBatch, devices, nodes, accumulation) is not null
                ? new BatchPlan(microBatch, devices, nodes, accumulation)
                : null;

    /// <summary>The value of <paramref name="term"/>.</summary>
    internal long this[BatchTerm term] => term switch
    {
        BatchTerm.GlobalBatch => GlobalBatch,
        BatchTerm.MicroBatch => MicroBatch,
        BatchTerm.Devices => Devices,
        BatchTerm.Nodes => Nodes,
        BatchTerm.Accumulation => Accumulation,
        _ => throw new ArgumentOutOfRangeException(nameof(term)),
    };

    /// <summary>The plan in words: <c>global 64 = micro 32 x devices 2 x nodes 1 x accumulation 1</c>.</summary>
    public override string ToString() => FormattableString.Invariant(
        $"global {GlobalBatch} = micro {MicroBatch} x devices {Devices} x nodes {Nodes} x accumulation {Accumulation}");

    /// <summary>
    /// The plan as attributes to paste above a training class, one a line (line feed between them, none at the end). Nodes are written only where
    /// there is more than one.
    /// </summary>
    public string ToAttributes()
    {
        string nodes = Nodes > 1 ? ", Nodes = " + Nodes.ToString(CultureInfo.InvariantCulture) : "";
        return FormattableString.Invariant(
            $"[GlobalBatch({GlobalBatch})]\n[MicroBatch({MicroBatch})]\n[Devices({Devices}{nodes})]\n[GradientAccumulation({Accumulation})]");
    }

    private static long Positive(long value, string name)
        => value >= 1 ? value : throw new ArgumentOutOfRangeException(name, value, "A term of a batch plan is at least 1.");
}
