using System;
using System.IO;

namespace TrainDsl.Checkpoints;

/// <summary>Another run holds the checkpoint folder.</summary>
public sealed class CheckpointFolderLockedException : IOException
{
    internal CheckpointFolderLockedException(string folder, CheckpointFolderOwner? owner, Exception inner)
        : base(Describe(folder, owner), inner)
    {
        Folder = folder;
        OwnerProcessId = owner?.ProcessId;
        OwnerHost = owner?.Host;
        OwnerStarted = owner?.Started;
    }

    /// <summary>The folder.</summary>
    public string Folder { get; }

    /// <summary>The process identifier of the run that holds it; null where it could not be read.</summary>
    public int? OwnerProcessId { get; }

    /// <summary>The machine on which that run goes on; null where it could not be read.</summary>
    public string? OwnerHost { get; }

    /// <summary>When that run's process started; null where it could not be read.</summary>
    public DateTimeOffset? OwnerStarted { get; }

    private static string Describe(string folder, CheckpointFolderOwner? owner)
    {
        string who = owner is null
            ? "another run"
            : $"process {owner.ProcessId} on {owner.Host}, started {owner.Started.ToUniversalTime():yyyy-MM-dd HH:mm:ss} UTC";
        return $"The checkpoint folder '{folder}' is in use by {who}. Two runs in one folder would remove each other's checkpoints: "
            + "wait for that run to end, stop it, or choose another folder.";
    }
}
