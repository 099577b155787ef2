using System;
using System.IO;

namespace TrainDsl.Checkpoints;

/// <summary>
/// Holds a checkpoint folder for one run. The operating system keeps the lock on the open file (flock(2) on Unix, a sharing mode on Windows) and
/// so ends it with its owner, however that dies: there is no stale lock to remove by hand. It also holds against a second run in the same process.
/// On file systems without flock, which .NET passes over silently, it does not hold.
/// </summary>
internal sealed class CheckpointFolderLock : IDisposable
{
    private const string LockFile = ".run.lock";

    // Apart from the locked file: .NET cannot open that one for reading while another process holds it.
    private const string OwnerFile = ".run.owner.json";

    private readonly FileStream _file;
    private readonly string _ownerPath;

    private CheckpointFolderLock(FileStream file, string ownerPath)
    {
        _file = file;
        _ownerPath = ownerPath;
    }

    /// <summary>Takes the lock, without waiting; creates the folder where it does not exist.</summary>
    /// <exception cref="CheckpointFolderLockedException">Another run holds it.</exception>
    /// <exception cref="CheckpointIOException">The folder cannot be created or written to.</exception>
    public static CheckpointFolderLock Acquire(string folder)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        folder = Path.GetFullPath(folder);
        string ownerPath = Path.Combine(folder, OwnerFile);
        FileStream file;
        try
        {
            Directory.CreateDirectory(folder);
            file = new FileStream(Path.Combine(folder, LockFile), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 0);
        }
        catch (IOException e) when (IsHeldByAnother(e))
        {
            throw new CheckpointFolderLockedException(folder, CheckpointFolderOwner.TryRead(ownerPath), e);
        }
        catch (Exception e) when (CheckpointIOException.IsFileSystemFailure(e))
        {
            throw CheckpointIOException.From("lock the checkpoint folder", folder, e);
        }

        try
        {
            CheckpointFolderOwner.Current().Write(ownerPath);
        }
        catch (Exception e) when (CheckpointIOException.IsFileSystemFailure(e))
        {
            // The lock holds without it; others are then told of "another run".
        }

        return new CheckpointFolderLock(file, ownerPath);
    }

    /// <summary>Gives the folder free. The lock file stays: removing it would let two others lock two different files.</summary>
    public void Dispose()
    {
        if (_file.SafeFileHandle.IsClosed)
        {
            return;
        }

        try
        {
            File.Delete(_ownerPath);
        }
        catch (Exception e) when (CheckpointIOException.IsFileSystemFailure(e))
        {
            // Only a note for messages; the next owner overwrites it.
        }

        _file.Dispose();
    }

    /// <summary>EWOULDBLOCK of flock on Unix, a sharing violation on Windows.</summary>
    private static bool IsHeldByAnother(IOException e) => e.HResult == (OperatingSystem.IsWindows() ? unchecked((int)0x80070020)
        : OperatingSystem.IsLinux() ? 11
        : 35);
}
