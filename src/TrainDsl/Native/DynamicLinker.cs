using System;
using System.Diagnostics.CodeAnalysis;
using System.IO;
using System.Linq;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace TrainDsl.Native;

/// <summary>The dynamic linker of Linux with the GNU C library.</summary>
[SupportedOSPlatform("linux")]
internal static partial class DynamicLinker
{
    private const int Lazy = 1;
    private const int OnlyIfLoaded = 4;

    /// <summary>Whether this process runs on the GNU C library (and not on musl, as on Alpine).</summary>
    public static bool IsGnu => NativeLibrary.TryGetExport(NativeLibrary.GetMainProgramHandle(), "gnu_get_libc_version", out _);

    /// <summary>Finds a library that the process has loaded already, from wherever.</summary>
    /// <param name="name">Its name as in <c>DT_SONAME</c>, such as <c>libc10.so</c>.</param>
    /// <param name="handle">A handle to it, or 0.</param>
    public static bool TryFindLoaded(string name, out nint handle) => (handle = Open(name, Lazy | OnlyIfLoaded)) != 0;

    /// <summary>The file that a library of the process was loaded from, or null where none has that name.</summary>
    /// <param name="name">How its file name begins, such as <c>libc10.so</c>.</param>
    public static string? LoadedFrom(string name)
    {
        string? mapping = File.ReadLines("/proc/self/maps").FirstOrDefault(line => line.Contains("/" + name, StringComparison.Ordinal));
        return mapping?[mapping.IndexOf('/', StringComparison.Ordinal)..];
    }

    /// <summary>Loads a library from a path.</summary>
    /// <param name="path">The absolute path of the library.</param>
    /// <param name="handle">A handle to it, or 0.</param>
    /// <param name="error">What the dynamic linker said, or null where the library is loaded.</param>
    public static bool TryLoad(string path, out nint handle, [NotNullWhen(false)] out string? error)
    {
        try
        {
            handle = NativeLibrary.Load(path);
            error = null;
            return true;
        }
        catch (Exception exception) when (exception is DllNotFoundException or BadImageFormatException)
        {
            handle = 0;
            error = ReadError(exception.Message, path);
            return false;
        }
    }

    /// <summary>
    /// What the dynamic linker said, out of the runtime's message. That puts its general advice on the first line, and a line for each
    /// place where it looked after that: places without the library say nothing about the cause, unless there are no others.
    /// </summary>
    /// <param name="message">The message of the runtime's exception.</param>
    /// <param name="library">The library's name as asked for.</param>
    internal static string ReadError(string message, string library)
    {
        string[] said = message.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)[1..];
        string[] causes = Array.FindAll(said, line => !line.Contains(library + ": cannot open", StringComparison.Ordinal)
            && !line.Contains(library + ".so: cannot open", StringComparison.Ordinal));
        return causes.Length > 0 ? string.Join('\n', causes) : said.Length > 0 ? said[0] : message;
    }

    // libdl.so.2 is there both before glibc 2.34, where dlopen lives in it, and after, where it passes on to libc.so.6.
    [LibraryImport("libdl.so.2", EntryPoint = "dlopen", StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint Open(string file, int mode);
}
