using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace TrainDsl.Native;

/// <summary>Loads the native libraries of TorchSharp where the runtime's own way of loading them has failed. Linux x86-64 only.</summary>
/// <param name="folders">The folders in which they can lie, the likeliest first.</param>
/// <param name="cache">Where the adjusted copy is kept, should one be needed.</param>
[SupportedOSPlatform("linux")]
internal sealed class TorchLibraryLoader(IReadOnlyList<string> folders, NativeCopyCache cache)
{
    // In the order in which they need each other. What only builds for CUDA have is not missed where it is absent.
    private static readonly (string Name, bool Required)[] Libtorch =
    [
        ("libc10.so", true),
        ("libc10_cuda.so", false),
        ("libtorch_cpu.so", true),
        ("libtorch_cuda.so", false),
        ("libtorch.so", true),
    ];

    /// <summary>Whether a file name is that of a part of libtorch.</summary>
    public static bool IsLibtorch(string fileName) => Libtorch.Any(library => library.Name == fileName);

    /// <summary>Finds a part of libtorch, loaded or not.</summary>
    /// <param name="fileName">Its file name, such as <c>libtorch_cpu.so</c>.</param>
    /// <returns>A handle to it, or 0 where it cannot be loaded.</returns>
    public nint FindLibtorch(string fileName)
    {
        foreach ((string name, _) in Libtorch)
        {
            nint handle = TryLoadOnce(name, out _);
            if (name == fileName)
            {
                return handle;
            }
        }

        return 0;
    }

    /// <summary>Loads TorchSharp's library and what it needs.</summary>
    /// <returns>A handle to it.</returns>
    /// <exception cref="NativeLoadException">It cannot be loaded.</exception>
    public nint LoadLibTorchSharp()
    {
        const string FileName = LibTorchSharpAdjustment.LibraryName;
        if (DynamicLinker.TryFindLoaded(FileName, out nint handle))
        {
            return handle;
        }

        string original = Locate(FileName) ?? throw LoadFailure.NotFound(FileName, folders);
        string? note = null;
        foreach ((string name, bool required) in Libtorch)
        {
            handle = TryLoadOnce(name, out string? reason);
            if (handle != 0)
            {
                CheckVersion(name, handle);
                continue;
            }

            if (required)
            {
                throw reason is null ? LoadFailure.NotFound(name, folders) : LoadFailure.Explain(name, reason, note);
            }

            note ??= reason is null ? null : $"{name} could not be loaded before it: {reason.ReplaceLineEndings(" ")}";
        }

        // With libtorch loaded from another folder the original may do: nothing is copied where it does.
        if (DynamicLinker.TryLoad(original, out handle, out string? error))
        {
            return handle;
        }

        return error.Contains($"{LibTorchSharpAdjustment.MissingVersion}'", StringComparison.Ordinal)
            ? LoadAdjusted(original, error)
            : throw LoadFailure.Explain(original, error, note);
    }

    private string? Locate(string fileName) => folders.Select(folder => Path.Combine(folder, fileName)).FirstOrDefault(File.Exists);

    // One libtorch a process: loading another file of the same name would register every operator twice, which aborts the process.
    private nint TryLoadOnce(string name, out string? error)
    {
        error = null;
        if (DynamicLinker.TryFindLoaded(name, out nint handle) || Locate(name) is not { } path)
        {
            return handle;
        }

        return DynamicLinker.TryLoad(path, out handle, out error) ? handle : 0;
    }

    // The dynamic linker would bind TorchSharp to any library of that name, and the process would end at the first function it lacks.
    private static void CheckVersion(string name, nint handle)
    {
        if (name == "libtorch_cpu.so" && !NativeLibrary.TryGetExport(handle, "torch_call_dispatcher", out _))
        {
            throw LoadFailure.ForeignLibtorch(name, DynamicLinker.LoadedFrom(name));
        }
    }

    private nint LoadAdjusted(string original, string originalError)
    {
        byte[] library;
        string key;
        try
        {
            library = File.ReadAllBytes(original);
            key = NativeCopyCache.Key(library, LibTorchSharpAdjustment.Revision);
            LibTorchSharpAdjustment.Apply(library);
        }
        catch (Exception exception) when (exception is ElfFormatException or IOException or UnauthorizedAccessException)
        {
            throw LoadFailure.Explain(original, originalError, $"the native loader did not adjust a copy of it: {exception.Message}.");
        }

        string? cached = cache.TryPlace(key, LibTorchSharpAdjustment.LibraryName, library);
        if (cached is not null)
        {
            if (DynamicLinker.TryLoad(cached, out nint handle, out string? error))
            {
                return handle;
            }

            // A cache on a file system from which no code may be executed is as good as none.
            if (!error.Contains("failed to map segment", StringComparison.Ordinal))
            {
                throw LoadFailure.Explain(cached, error, $"this is the adjusted copy of {original}.");
            }
        }

        return LoadFromTemporaryFile(original, library);
    }

    private static nint LoadFromTemporaryFile(string original, byte[] library)
    {
        string path;
        try
        {
            path = NativeCopyCache.PlaceTemporarily(LibTorchSharpAdjustment.LibraryName, library);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new NativeLoadException(
                "TorchSharp's native library cannot be loaded: it needs an adjusted copy, which could neither be written to the user's cache "
                + $"nor to a folder for temporary files.\n  Library: {original}\n  The system says: {exception.Message}\n"
                + "  Remedy: let XDG_CACHE_HOME or TMPDIR name a folder that can be written, or install libstdc++ of GCC 13 or later.",
                exception);
        }

        bool loaded = DynamicLinker.TryLoad(path, out nint handle, out string? error);

        // A loaded library stays in memory without its file.
        Directory.Delete(Path.GetDirectoryName(path)!, recursive: true);
        return loaded ? handle : throw LoadFailure.Explain(path, error!, $"this is the adjusted copy of {original}.");
    }
}
