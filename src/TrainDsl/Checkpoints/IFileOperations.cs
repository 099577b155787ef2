using System;
using Microsoft.Win32.SafeHandles;

namespace TrainDsl.Checkpoints;

/// <summary>
/// Every change that <see cref="CheckpointStore"/> makes on disk, one call each, so that tests can stop the store at any of them.
/// Each throws IOException or UnauthorizedAccessException where the file system refuses.
/// </summary>
internal interface IFileOperations
{
    /// <summary>Creates one directory, whose parent exists.</summary>
    void CreateDirectory(string path);

    /// <summary>Creates a file that must not exist yet, open for writing.</summary>
    SafeFileHandle CreateFile(string path);

    void Write(SafeFileHandle file, ReadOnlySpan<byte> bytes, long offset);

    /// <summary>Returns when the bytes of a file are on disk.</summary>
    void FlushFile(SafeFileHandle file);

    /// <summary>Returns when the names in a directory are on disk.</summary>
    void FlushDirectory(string path);

    /// <summary>Renames a directory; no other of the new name exists.</summary>
    void RenameDirectory(string from, string to);

    void DeleteFile(string path);

    /// <summary>Removes an empty directory.</summary>
    void DeleteDirectory(string path);
}
