using System;
using System.IO;

namespace TrainDsl.Checkpoints;

/// <summary>A checkpoint could not be written, found or removed because the disk or the folder refused. No half-written checkpoint is left
/// visible.</summary>
public sealed class CheckpointIOException : IOException
{
    private CheckpointIOException(string path, string remedy, string message, Exception inner)
        : base(message, inner)
    {
        Path = path;
        Remedy = remedy;
    }

    /// <summary>The file or folder at which it failed.</summary>
    public string Path { get; }

    /// <summary>What the user can do about it, as a sentence.</summary>
    public string Remedy { get; }

    /// <summary>Whether an exception is a refusal of the file system, which <see cref="From"/> explains.</summary>
    internal static bool IsFileSystemFailure(Exception e) => e is IOException or UnauthorizedAccessException;

    /// <param name="action">What was being done, such as "write the checkpoint of step 500".</param>
    /// <param name="path">The file or folder at which it failed.</param>
    /// <param name="cause">The file system's exception.</param>
    internal static CheckpointIOException From(string action, string path, Exception cause)
    {
        string remedy = Remedies.For(cause);

        // Most of the file system's messages name the path, and end without a full stop if they do.
        string where = cause.Message.Contains(path, StringComparison.Ordinal) ? "" : $" (at '{path}')";
        return new CheckpointIOException(path, remedy, $"Cannot {action}: {cause.Message.TrimEnd().TrimEnd('.')}{where}. {remedy}", cause);
    }

    /// <summary>Remedies by the error number that .NET puts into HResult: the system's own on Unix, 0x8007nnnn on Windows.</summary>
    private static class Remedies
    {
        public static string For(Exception cause)
        {
            bool windows = OperatingSystem.IsWindows();
            int error = cause.HResult;
            if (windows ? error is unchecked((int)0x80070070) or unchecked((int)0x80070027) : error == 28)
            {
                return "The disk is full: free space on it, or choose a checkpoint folder on another disk.";
            }

            if (!windows && error == (OperatingSystem.IsLinux() ? 122 : 69))
            {
                return "Your disk quota is used up: free space, or choose a checkpoint folder outside the quota.";
            }

            if (!windows && error == 30)
            {
                return "The file system is mounted read-only: remount it writable, or choose another checkpoint folder.";
            }

            if (cause is UnauthorizedAccessException)
            {
                return "This user may not write there: change the folder's permissions, or choose another checkpoint folder.";
            }

            return cause is DirectoryNotFoundException or FileNotFoundException
                ? "The folder has been moved or removed: put it back, or choose another checkpoint folder."
                : "Check that the path is a folder and that its disk is healthy, or choose another checkpoint folder.";
        }
    }
}
