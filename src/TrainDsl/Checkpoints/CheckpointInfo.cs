using System.Collections.Generic;
using System.IO;

namespace TrainDsl.Checkpoints;

/// <summary>A checkpoint on disk whose manifest and file sizes are as written.</summary>
/// <param name="Name">Its step and revision.</param>
/// <param name="Folder">The folder that holds its files.</param>
/// <param name="Files">The files, as the manifest lists them.</param>
internal sealed record CheckpointInfo(CheckpointName Name, string Folder, IReadOnlyList<CheckpointManifestFile> Files)
{
    /// <summary>The optimizer steps done when it was taken.</summary>
    public long Step => Name.Step;

    /// <summary>The path of one of its files.</summary>
    public string PathOf(string file) => Path.Combine(Folder, file);
}
