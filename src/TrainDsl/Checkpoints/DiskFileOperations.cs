using System;
using System.IO;
using Microsoft.Win32.SafeHandles;
using TrainDsl.Native;

namespace TrainDsl.Checkpoints;

/// <summary>The real file system.</summary>
internal sealed class DiskFileOperations : IFileOperations
{
    public static DiskFileOperations Instance { get; } = new();

    public void CreateDirectory(string path) => Directory.CreateDirectory(path);

    public SafeFileHandle CreateFile(string path) => File.OpenHandle(path, FileMode.CreateNew, FileAccess.Write, FileShare.None);

    public void Write(SafeFileHandle file, ReadOnlySpan<byte> bytes, long offset) => RandomAccess.Write(file, bytes, offset);

    public void FlushFile(SafeFileHandle file) => RandomAccess.FlushToDisk(file);

    public void FlushDirectory(string path) => DirectoryFlush.Flush(path);

    public void RenameDirectory(string from, string to) => Directory.Move(from, to);

    public void DeleteFile(string path) => File.Delete(path);

    public void DeleteDirectory(string path) => Directory.Delete(path);
}
