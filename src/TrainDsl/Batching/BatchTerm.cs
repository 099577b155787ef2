namespace TrainDsl.Batching;

/// <summary>The five terms of the batch identity, in the order in which messages name them.</summary>
internal enum BatchTerm
{
    /// <summary>Samples that one optimizer step learns from, over all replicas.</summary>
    GlobalBatch,

    /// <summary>Samples that one replica sends through the model at once.</summary>
    MicroBatch,

    /// <summary>Devices in one node.</summary>
    Devices,

    /// <summary>Nodes, each with the same number of devices.</summary>
    Nodes,

    /// <summary>Micro-batches that each replica accumulates gradients over before a step.</summary>
    Accumulation,
}
