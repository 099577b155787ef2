using System;
using System.IO;
using System.Runtime.InteropServices;
using System.Text;

namespace TrainDsl.Native;

/// <summary>
/// Flushes a directory to disk, so that names created, renamed or removed in it survive a power cut (fsync(2): "Calling fsync() does not
/// necessarily ensure that the entry in the directory containing the file has also reached disk"). .NET opens no directories, so this calls the C
/// library.
/// </summary>
internal static unsafe partial class DirectoryFlush
{
    private const int ReadOnly = 0;
    private const int LinuxCloseOnExec = 0x80000;
    private const int AppleCloseOnExec = 0x1000000;

    private const int Interrupted = 4;
    private const int InvalidArgument = 22;

    /// <summary>Flushes the entries of a directory; does nothing on Windows, whose file systems journal them.</summary>
    /// <exception cref="IOException">The directory cannot be opened, or the disk fails.</exception>
    public static void Flush(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        int descriptor;
        byte[] name = Encoding.UTF8.GetBytes(path + '\0');
        fixed (byte* first = name)
        {
            do
            {
                descriptor = Open(first, ReadOnly | (OperatingSystem.IsLinux() ? LinuxCloseOnExec : AppleCloseOnExec));
            }
            while (descriptor < 0 && Marshal.GetLastPInvokeError() == Interrupted);
        }

        if (descriptor < 0)
        {
            throw Failure("open", path);
        }

        try
        {
            while (Synchronize(descriptor) < 0)
            {
                int error = Marshal.GetLastPInvokeError();

                // Some network and overlay file systems cannot flush a directory and say so with EINVAL: there is nothing more to be had of them.
                if (error == InvalidArgument)
                {
                    return;
                }

                if (error != Interrupted)
                {
                    throw Failure("flush", path);
                }
            }
        }
        finally
        {
            _ = Close(descriptor);
        }
    }

    // HResult carries the raw error number, as it does in the exceptions of .NET's own file calls on Unix.
    private static IOException Failure(string verb, string path) =>
        new($"Cannot {verb} the folder '{path}': {Marshal.GetLastPInvokeErrorMessage()}.", Marshal.GetLastPInvokeError());

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true)]
    private static partial int Open(byte* path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int Synchronize(int descriptor);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int descriptor);
}
