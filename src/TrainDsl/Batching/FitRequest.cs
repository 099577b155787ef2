namespace TrainDsl.Batching;

/// <summary>What a machine asks of a declared plan; <see langword="null"/> keeps what is declared or leaves it to the fitting.</summary>
internal readonly record struct FitRequest
{
    /// <summary>Devices in one node; declared ones where not given.</summary>
    public long? Devices { get; init; }

    /// <summary>Nodes; declared ones where not given.</summary>
    public long? Nodes { get; init; }

    /// <summary>Exactly this micro-batch; where not given, the declared one or the largest below it that fits.</summary>
    public long? MicroBatch { get; init; }
}
