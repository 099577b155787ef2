using System;
using System.IO;
using System.Threading;
using Microsoft.Win32.SafeHandles;
using TrainDsl.Checkpoints;

namespace TrainDsl.Tests.Checkpoints;

/// <summary>The real file system, which creates no file while the gate is shut, and refuses to while told so.</summary>
internal sealed class GatedFileOperations : IFileOperations
{
    private static readonly DiskFileOperations Disk = DiskFileOperations.Instance;

    public ManualResetEventSlim Gate { get; } = new(initialState: true);

    public volatile bool Refuse;

    public volatile bool RefuseDeletes;

    public SafeFileHandle CreateFile(string path)
    {
        Gate.Wait();
        return Refuse ? throw new IOException("injected") : Disk.CreateFile(path);
    }

    public void CreateDirectory(string path) => Disk.CreateDirectory(path);

    public void Write(SafeFileHandle file, ReadOnlySpan<byte> bytes, long offset) => Disk.Write(file, bytes, offset);

    public void FlushFile(SafeFileHandle file) => Disk.FlushFile(file);

    public void FlushDirectory(string path) => Disk.FlushDirectory(path);

    public void RenameDirectory(string from, string to) => Disk.RenameDirectory(from, to);

    public void DeleteFile(string path)
    {
        if (RefuseDeletes)
        {
            throw new UnauthorizedAccessException("injected");
        }

        Disk.DeleteFile(path);
    }

    public void DeleteDirectory(string path) => Disk.DeleteDirectory(path);
}
