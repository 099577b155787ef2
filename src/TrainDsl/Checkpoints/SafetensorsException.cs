using System;

namespace TrainDsl.Checkpoints;

/// <summary>A file is not a valid safetensors file, or what was to be written would not make one. Nothing of the file has been handed out.</summary>
public sealed class SafetensorsException : Exception
{
    internal SafetensorsException(SafetensorsError error, string? path, string message, Exception? inner = null)
        : base(message, inner)
    {
        Error = error;
        Path = path;
    }

    /// <summary>The rule that is broken.</summary>
    public SafetensorsError Error { get; }

    /// <summary>The file that breaks it; null where a file was still to be written.</summary>
    public string? Path { get; }
}
