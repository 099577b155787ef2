using System;

namespace TrainDsl.Devices;

/// <summary>
/// Thrown by the collectives of the healthy members of a group when another member failed, so that none waits for it for ever. What the failing
/// member threw is the <see cref="Exception.InnerException"/> when it ran in this process; for a member in another process the message holds its
/// text.
/// </summary>
public sealed class CollectiveAbortedException : Exception
{
    internal CollectiveAbortedException(string message, int failedRank, Exception? innerException = null)
        : base(message, innerException)
    {
        FailedRank = failedRank;
    }

    /// <summary>The member that failed: the replica's index in one process, the MPI rank across processes. 0 or more.</summary>
    public int FailedRank { get; }
}
