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

    /// <summary>
    /// The one in the checkpoint folder that has the best value of the metric that <see cref="CheckpointAttribute.KeepBest"/> declares. Later ones are moved
    /// aside once the run has written its first. The run is refused if there is none.
    /// </summary>
    public static Resume Best { get; } = new(null);

    /// <summary>The folder of the checkpoint, or of checkpoints of which the newest undamaged one is taken; null for <see cref="None"/>,
    /// <see cref="Latest"/> and <see cref="Best"/>.</summary>
    public string? Path { get; }

    /// <summary>A given checkpoint.</summary>
    /// <param name="path">The folder of a checkpoint, such as <c>checkpoints/Digits.DigitTraining/step-0000000500</c>, or of checkpoints, of which the
    /// newest undamaged one is taken.</param>
    public static Resume From(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return new Resume(System.IO.Path.TrimEndingDirectorySeparator(System.IO.Path.GetFullPath(path)));
    }
}
