using System;

namespace TrainDsl.Native;

/// <summary>A call into libtorch failed; the message is libtorch's own where it gives one.</summary>
public sealed class LibTorchException : Exception
{
    /// <summary>Makes the exception without a message.</summary>
    public LibTorchException()
    {
    }

    /// <param name="message">What failed and why.</param>
    public LibTorchException(string? message)
        : base(message)
    {
    }

    /// <param name="message">What failed and why.</param>
    /// <param name="innerException">The cause.</param>
    public LibTorchException(string? message, Exception? innerException)
        : base(message, innerException)
    {
    }
}
