using System;
using System.Collections.Generic;

namespace TrainDsl.Devices;

/// <summary>
/// Thrown by a collective across processes when some rank has not come to it within the timeout: it hangs, or is far slower than the others.
/// </summary>
public sealed class CollectiveTimeoutException : TimeoutException
{
    internal CollectiveTimeoutException(string message, IReadOnlyList<int> missingRanks)
        : base(message)
    {
        MissingRanks = missingRanks;
    }

    /// <summary>
    /// The MPI ranks that had not come (or whose data had stopped coming), ascending. Empty where only the operation as a whole is known to be stuck.
    /// </summary>
    public IReadOnlyList<int> MissingRanks { get; }
}
