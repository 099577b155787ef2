using System;
using System.Collections.Generic;

namespace TrainDsl.Devices.Mpi;

/// <summary>Thrown when a training asks for several nodes on a machine without an MPI library. The message says what to install.</summary>
public sealed class MpiNotFoundException : Exception
{
    internal MpiNotFoundException(string message, IReadOnlyList<string> searched)
        : base(message)
    {
        Searched = searched;
    }

    /// <summary>The library names or paths that were tried, in order.</summary>
    public IReadOnlyList<string> Searched { get; }
}
