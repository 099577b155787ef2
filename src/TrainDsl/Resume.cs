using System;

namespace TrainDsl;

/// <summary>Which checkpoint a run goes on from.</summary>
public sealed class Resume
{
    private Resume(string? path) => Path = path;

    /// <summary>None: the run begins anew. Checkpoints of an earlier run in the folder are kept, in a subfolder.</summary>
    public static Resume None { get; } = new(null);

    /// <summary>The newest undamaged one in the checkpoint folder; where there is none, the run begins anew.</summary>
    public static Resume Latest { get; } = new(null);

    /// <summary>The folder of the checkpoint, or of checkpoints of which the newest undamaged one is taken; null for <see cref="None"/> and
    /// <see cref="Latest"/>.</summary>
    public string? Path { get; }

    /// <summary>A given checkpoint.</summary>
    /// <param name="path">The folder of a checkpoint, such as <c>checkpoints/DigitTraining/step-0000000500</c>, or of checkpoints, of which the
    /// newest undamaged one is taken.</param>
    public static Resume From(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return new Resume(System.IO.Path.GetFullPath(path));
    }
}
