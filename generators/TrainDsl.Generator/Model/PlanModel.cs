namespace TrainDsl.Generator.Model;

/// <summary>The resolved terms of the batch identity; where they could not be resolved, what was written, and 0 for what was not.</summary>
internal sealed record PlanModel(long GlobalBatch, long MicroBatch, long Devices, long Nodes, long Accumulation)
{
    public long Replicas => Devices * Nodes;
}
