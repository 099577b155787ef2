namespace TrainDsl.Checkpoints;

/// <summary>A checkpoint's folder that was skipped, and why.</summary>
internal sealed record CheckpointProblem(CheckpointName Name, string Folder, CheckpointProblemKind Kind, string Reason)
{
    public override string ToString() => $"The checkpoint '{Folder}' was skipped: {Reason}.";
}
