namespace TrainDsl.Checkpoints;

/// <summary>Why a checkpoint's folder was skipped.</summary>
internal enum CheckpointProblemKind
{
    /// <summary>Files are missing, have the wrong size or other bytes than were written.</summary>
    Damaged,

    /// <summary>It could not be read this time; it may be whole.</summary>
    Unreadable,

    /// <summary>A newer version of this library wrote it.</summary>
    NewerFormat,
}
