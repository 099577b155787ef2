using System;

namespace TrainDsl.Batching;

/// <summary>The terms of the batch identity as they were written; <see langword="null"/> is a term that was not.</summary>
internal readonly record struct BatchTerms
{
    /// <summary>How many terms there are: the values of <see cref="BatchTerm"/> are 0 to this, exclusive.</summary>
    public const int Count = 5;

    public long? GlobalBatch { get; init; }

    public long? MicroBatch { get; init; }

    public long? Devices { get; init; }

    public long? Nodes { get; init; }

    public long? Accumulation { get; init; }

    /// <summary>The value written for <paramref name="term"/>, if any.</summary>
    public long? this[BatchTerm term] => term switch
    {
        BatchTerm.GlobalBatch => GlobalBatch,
        BatchTerm.MicroBatch => MicroBatch,
        BatchTerm.Devices => Devices,
        BatchTerm.Nodes => Nodes,
        BatchTerm.Accumulation => Accumulation,
        _ => throw new ArgumentOutOfRangeException(nameof(term)),
    };

    /// <summary>These terms with <paramref name="term"/> written as <paramref name="value"/>.</summary>
    public BatchTerms With(BatchTerm term, long? value) => term switch
    {
        BatchTerm.GlobalBatch => this with { GlobalBatch = value },
        BatchTerm.MicroBatch => this with { MicroBatch = value },
        BatchTerm.Devices => this with { Devices = value },
        BatchTerm.Nodes => this with { Nodes = value },
        BatchTerm.Accumulation => this with { Accumulation = value },
        _ => throw new ArgumentOutOfRangeException(nameof(term)),
    };
}
