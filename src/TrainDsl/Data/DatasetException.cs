using System;

namespace TrainDsl;

/// <summary>A dataset is empty, too small for a global batch, or failed to read a sample; the message names the sizes or the sample.</summary>
public sealed class DatasetException : Exception
{
    /// <summary>Makes the exception without a message.</summary>
    public DatasetException()
    {
    }

    /// <param name="message">What was found, what was expected and what to do.</param>
    public DatasetException(string? message)
        : base(message)
    {
    }

    /// <param name="message">What was found, what was expected and what to do.</param>
    /// <param name="innerException">What the dataset threw.</param>
    public DatasetException(string? message, Exception? innerException)
        : base(message, innerException)
    {
    }

    /// <param name="sampleIndex">The sample that could not be read.</param>
    /// <param name="innerException">What the dataset threw.</param>
    internal DatasetException(long sampleIndex, Exception innerException)
        : base($"Reading sample {sampleIndex} of the dataset failed: {innerException.GetType().Name}: {innerException.Message}{Cure(innerException)}", innerException)
        => SampleIndex = sampleIndex;

    /// <param name="sampleIndex">The sample, or null where the error is not about one.</param>
    /// <param name="message">What was found, what was expected and what to do.</param>
    /// <param name="innerException">What it was found by.</param>
    internal DatasetException(long? sampleIndex, string message, Exception? innerException = null)
        : base(message, innerException)
        => SampleIndex = sampleIndex;

    /// <summary>The sample that could not be read, or null where the error is not about one.</summary>
    public long? SampleIndex { get; }

    // TorchSharp's words for a tensor that was disposed.
    private static string Cure(Exception failure) => failure.Message.Contains("empty handle", StringComparison.Ordinal)
        ? " A tensor that Read makes is disposed when Read returns: to keep one, for a cache, call DetachFromDisposeScope() on it."
        : "";
}
