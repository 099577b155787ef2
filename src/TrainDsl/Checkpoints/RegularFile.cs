using System;
using System.IO;

namespace TrainDsl.Checkpoints;

/// <summary>
/// Opens what is a regular file and nothing else: reading a named pipe or a socket may wait for ever, and a device may have no end. Those have the size 0,
/// by which they are told apart before they are opened: a file without bytes need not be read.
/// </summary>
internal static class RegularFile
{
    /// <summary>Why a path is not a regular file of at least one byte and at most so many; empty if it is one.</summary>
    /// <param name="path">The path. A link is none, whatever it points to.</param>
    /// <param name="maxBytes">The most bytes that it may have.</param>
    /// <exception cref="IOException">It cannot be looked at.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be looked at.</exception>
    public static string Problem(string path, long maxBytes)
    {
        FileInfo file = new(path);
        if (!Exists(file))
        {
            return "is missing";
        }

        return (file.Attributes & FileAttributes.Directory) != 0 ? "is a folder, and a regular file is expected"
            : file.LinkTarget is not null ? "is a link, and a regular file is expected"
            : file.Length == 0 ? "has 0 bytes, or is no regular file"
            : file.Length > maxBytes ? $"has {file.Length} bytes, expected at most {maxBytes}"
            : string.Empty;
    }

    /// <summary>Reads all bytes of a regular file.</summary>
    /// <param name="path">The path.</param>
    /// <param name="maxBytes">The most bytes that it may have.</param>
    /// <exception cref="IOException">It is no regular file, is larger, or cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read.</exception>
    public static byte[] ReadAll(string path, int maxBytes)
    {
        using FileStream stream = Open(path, maxBytes);
        byte[] bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }

    /// <summary>Opens a regular file for reading.</summary>
    /// <param name="path">The path.</param>
    /// <param name="maxBytes">The most bytes that it may have.</param>
    /// <exception cref="IOException">It is no regular file, is larger, or cannot be opened.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read.</exception>
    public static FileStream Open(string path, long maxBytes = long.MaxValue)
    {
        string problem = Problem(path, maxBytes);
        return problem.Length == 0
            ? new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, 1 << 16, FileOptions.SequentialScan)
            : throw new IOException($"'{path}' {problem}.");
    }

    // FileInfo.Exists is false for a folder, and Attributes of what is not there are -1.
    private static bool Exists(FileInfo file) => file.Exists || (int)file.Attributes != -1;
}
