using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;

namespace TrainDsl.Checkpoints;

/// <summary>
/// Removes a checkpoint's folder: the files that its manifest names, the manifest, and the folder if nothing else is in it. No link is followed: one in
/// place of the folder or of a file is removed itself, and what it points to stays.
/// </summary>
internal sealed class CheckpointRemoval(IFileOperations operations)
{
    /// <summary>Whether a path is a symbolic link or, on Windows, a junction.</summary>
    public static bool IsLink(string path) => (new DirectoryInfo(path).Attributes & FileAttributes.ReparsePoint) != 0;

    /// <summary>The files that the manifest in a folder names; null if there is none that can be read.</summary>
    public static IReadOnlyList<string>? NamedByManifest(string folder) =>
        CheckpointManifest.Read(Path.Combine(folder, CheckpointManifest.FileName), out _, out _)?.Files.Select(static file => file.Name).ToList();

    /// <summary>Removes a folder under a temporary name, which a run has made and not finished, or has begun to remove.</summary>
    /// <returns>Whether it is gone; false if it holds what no run has written there.</returns>
    /// <exception cref="IOException">The file system refuses.</exception>
    /// <exception cref="UnauthorizedAccessException">The file system refuses.</exception>
    public bool RemoveTemporary(string folder) =>
        IsLink(folder) ? RemoveLink(folder) : Remove(folder, [.. NamedByManifest(folder) ?? [], .. RunTensors.Files]);

    /// <summary>Removes files of a folder, its manifest last, and the folder if nothing else is in it.</summary>
    /// <param name="folder">The folder, which is no link.</param>
    /// <param name="files">The names of the files; they need not be there.</param>
    /// <returns>Whether the folder is gone.</returns>
    /// <exception cref="IOException">The file system refuses.</exception>
    /// <exception cref="UnauthorizedAccessException">The file system refuses.</exception>
    public bool Remove(string folder, IEnumerable<string> files)
    {
        foreach (string name in files.Distinct(StringComparer.Ordinal).Append(CheckpointManifest.FileName))
        {
            string path = Path.Combine(folder, name);
            FileAttributes attributes = new FileInfo(path).Attributes;
            bool isThere = (int)attributes != -1;

            // A folder under a file's name was not written by a run; a link to one is removed as a link.
            if (isThere && (attributes & (FileAttributes.Directory | FileAttributes.ReparsePoint)) != FileAttributes.Directory)
            {
                operations.DeleteFile(path);
            }
        }

        if (Directory.EnumerateFileSystemEntries(folder).Any())
        {
            return false;
        }

        operations.DeleteDirectory(folder);
        return true;
    }

    /// <summary>Removes a link in place of a folder.</summary>
    public bool RemoveLink(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            // Links to folders are removed as folders there; what they point to is left alone.
            operations.DeleteDirectory(path);
        }
        else
        {
            operations.DeleteFile(path);
        }

        return true;
    }
}
