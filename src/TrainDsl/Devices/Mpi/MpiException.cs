using System;

namespace TrainDsl.Devices.Mpi;

/// <summary>Thrown when an MPI function reports an error.</summary>
public sealed class MpiException : Exception
{
    internal MpiException(string message, int errorCode)
        : base(message)
    {
        ErrorCode = errorCode;
    }

    /// <summary>The code that the MPI function returned; its meaning is the MPI library's.</summary>
    public int ErrorCode { get; }
}
