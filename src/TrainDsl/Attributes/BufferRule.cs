namespace TrainDsl;

/// <summary>
/// What the buffers of a model (running statistics of batch norms, say) are after a step that several replicas made together. Each replica computes
/// with its own during the step.
/// </summary>
public enum BufferRule
{
    /// <summary>Those of the first replica, as <c>torch.nn.parallel.DistributedDataParallel</c> has it.</summary>
    First,

    /// <summary>The mean over all replicas, for buffers of float32 and float64; others, such as counters and masks, are those of the first.</summary>
    Averaged,
}
