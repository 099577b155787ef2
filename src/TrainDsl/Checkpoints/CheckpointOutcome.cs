using System;

namespace TrainDsl.Checkpoints;

/// <summary>How one attempt at a checkpoint went.</summary>
/// <param name="Step">The optimizer steps done when the snapshot was taken.</param>
/// <param name="Checkpoint">The durable checkpoint; null where the attempt failed.</param>
/// <param name="Failure">Why it failed; null where it did not.</param>
/// <param name="PruneFailure">Why an old checkpoint could not be removed after this one was written; null where none failed.</param>
/// <param name="Duration">How long the write took on the background thread.</param>
internal sealed record CheckpointOutcome(
    long Step, CheckpointInfo? Checkpoint, Exception? Failure, CheckpointIOException? PruneFailure, TimeSpan Duration);
