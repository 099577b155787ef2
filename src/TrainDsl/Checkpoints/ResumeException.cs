using System;
using System.Collections.Generic;
using System.Linq;

namespace TrainDsl.Checkpoints;

/// <summary>A run cannot go on from a checkpoint. Nothing of the checkpoint has been loaded.</summary>
public sealed class ResumeException : Exception
{
    private const int MostListed = 20;

    internal ResumeException(string folder, IReadOnlyList<ResumeDifference> differences)
        : base(Describe(folder, differences))
    {
        Folder = folder;
        Differences = differences;
    }

    internal ResumeException(string folder, string problem, Exception? inner = null)
        : base($"Cannot resume from '{folder}': {problem}", inner)
    {
        Folder = folder;
        Differences = [];
    }

    /// <summary>The checkpoint's folder.</summary>
    public string Folder { get; }

    /// <summary>In what the checkpoint differs from the run; empty where it cannot be read.</summary>
    public IReadOnlyList<ResumeDifference> Differences { get; }

    private static string Describe(string folder, IReadOnlyList<ResumeDifference> differences)
    {
        string more = differences.Count > MostListed ? $"\n  and {differences.Count - MostListed} more" : "";
        return $"Cannot resume from '{folder}': the run would not go on as it began.\n  "
            + string.Join("\n  ", differences.Take(MostListed)) + more
            + "\nDeclare what the checkpoint has, or begin a new run: with Resume.None and another CheckpointFolder, if need be with a model that was given "
            + "the weights in model.safetensors. Devices, nodes, micro-batch and accumulation may differ as long as the global batch stays.";
    }
}
