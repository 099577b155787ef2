using System;
using System.Collections.Generic;

namespace TrainDsl.Checkpoints;

/// <summary>How one attempt at a checkpoint went.</summary>
/// <param name="Step">The optimizer steps done when the snapshot was taken.</param>
/// <param name="Checkpoint">The durable checkpoint; null where the attempt failed.</param>
/// <param name="Failure">Why it failed; null where it did not.</param>
/// <param name="PruneFailure">Why an old checkpoint could not be removed or moved aside after this one was written; null if none failed.</param>
/// <param name="Duration">How long the write took on the background thread.</param>
internal sealed record CheckpointOutcome(
    long Step, CheckpointInfo? Checkpoint, Exception? Failure, CheckpointIOException? PruneFailure, TimeSpan Duration)
{
    /// <summary>What the user should know of what was moved aside or left in the folder, as sentences.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];
}
