using System;

namespace TrainDsl.Native;

/// <summary>
/// Thrown where the native libraries of TorchSharp cannot be loaded. The message names the cause, what the dynamic linker said, and
/// what to do about it.
/// </summary>
public sealed class NativeLoadException : DllNotFoundException
{
    /// <summary>Makes an exception without an explanation.</summary>
    public NativeLoadException()
    {
    }

    /// <summary>Makes an exception with an explanation.</summary>
    /// <param name="message">The cause and the remedy.</param>
    public NativeLoadException(string? message)
        : base(message)
    {
    }

    /// <summary>Makes an exception with an explanation and the error behind it.</summary>
    /// <param name="message">The cause and the remedy.</param>
    /// <param name="inner">The error behind it, or null.</param>
    public NativeLoadException(string? message, Exception? inner)
        : base(message, inner)
    {
    }
}
