using System;
using System.ComponentModel;
using System.Diagnostics;

namespace TrainDsl.Tests.Checkpoints;

/// <summary>A file system of one mebibyte in memory.</summary>
internal sealed class SmallDisk : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public SmallDisk()
    {
        try
        {
            Mount("-t", "tmpfs", "-o", "size=1m", "none", Path);
        }
        catch
        {
            _folder.Dispose();
            throw;
        }
    }

    public string Path => _folder.Path;

    public void MakeReadOnly() => Mount("-o", "remount,ro", Path);

    public void Dispose()
    {
        Run("umount", Path);
        _folder.Dispose();
    }

    private static void Mount(params string[] arguments) => Run("mount", arguments);

    private static void Run(string program, params string[] arguments)
    {
        if (!OperatingSystem.IsLinux())
        {
            throw new PlatformNotSupportedException();
        }

        try
        {
            using Process process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
            string error = process.StandardError.ReadToEnd();
            process.WaitForExit();
            if (process.ExitCode != 0)
            {
                throw new InvalidOperationException(error);
            }
        }
        catch (Win32Exception e)
        {
            throw new InvalidOperationException($"There is no {program}.", e);
        }
    }
}
