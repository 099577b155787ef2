namespace TrainDsl.Tests.Checkpoints;

/// <summary>What happens at one of the store's operations on disk.</summary>
public enum Fault
{
    /// <summary>The operation fails without effect; later ones succeed.</summary>
    Refused,

    /// <summary>The operation takes effect and still reports a failure; later ones succeed.</summary>
    RefusedAfterwards,

    /// <summary>This and all later operations fail: the disk is gone.</summary>
    RefusedFromThenOn,

    /// <summary>The process is killed in the middle of the operation.</summary>
    Killed,

    /// <summary>The process is killed just after the operation.</summary>
    KilledAfterwards,

    /// <summary>Power goes: of bytes that were not flushed half is lost, names survive.</summary>
    PowerCutLosesBytes,

    /// <summary>Power goes: every change of names that was not flushed is undone, bytes survive.</summary>
    PowerCutLosesNames,

    /// <summary>Power goes: bytes and names that were not flushed are lost or kept at random.</summary>
    PowerCutLosesAnything,
}
