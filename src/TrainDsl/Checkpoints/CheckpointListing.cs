using System.Collections.Generic;

namespace TrainDsl.Checkpoints;

/// <summary>What is in a checkpoint folder, newest first.</summary>
/// <param name="Good">Checkpoints whose manifest and file sizes are as written.</param>
/// <param name="Skipped">Folders named like checkpoints that are not usable.</param>
internal sealed record CheckpointListing(IReadOnlyList<CheckpointInfo> Good, IReadOnlyList<CheckpointProblem> Skipped);
