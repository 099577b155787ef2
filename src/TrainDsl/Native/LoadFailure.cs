using System;
using System.Collections.Generic;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace TrainDsl.Native;

/// <summary>Turns what the dynamic linker says into a cause and a remedy.</summary>
internal static partial class LoadFailure
{
    private const string CpuPackage = "libtorch-cpu-linux-x64";
    private const string CudaPackage = "TorchSharp-cuda-linux";
    private const string MemoryRemedy = "raise the limit ('ulimit -v' shows it) or free memory: libtorch takes about 0.5 GB of address space, the runtime of .NET more.";

    /// <summary>Explains why a library cannot be loaded.</summary>
    /// <param name="library">The library that was to be loaded: its path or its name.</param>
    /// <param name="error">What the dynamic linker said.</param>
    /// <param name="note">What else was tried, in a sentence, or null.</param>
    public static NativeLoadException Explain(string library, string error, string? note = null)
    {
        (string cause, string remedy) = Diagnose(error);
        var message = new StringBuilder()
            .AppendLine(CultureInfo.InvariantCulture, $"TorchSharp's native library cannot be loaded: {cause}")
            .AppendLine(CultureInfo.InvariantCulture, $"  Library: {library}")
            .AppendLine(CultureInfo.InvariantCulture, $"  The dynamic linker says: {error.ReplaceLineEndings(" ")}");
        if (note is not null)
        {
            message.AppendLine(CultureInfo.InvariantCulture, $"  Note: {note}");
        }

        return new NativeLoadException(message.Append(CultureInfo.InvariantCulture, $"  Remedy: {remedy}").ToString());
    }

    /// <summary>Explains that a library is in none of the folders it could be in.</summary>
    /// <param name="fileName">The file name of the library.</param>
    /// <param name="folders">The folders searched.</param>
    public static NativeLoadException NotFound(string fileName, IEnumerable<string> folders) => new(
        $"TorchSharp's native library cannot be loaded: {fileName} is in none of the folders searched.\n"
        + $"  Searched: {string.Join(", ", folders)}\n"
        + $"  Remedy: {MissingLibraryRemedy(fileName)}");

    /// <summary>Explains that the process has loaded a libtorch that TorchSharp cannot work with.</summary>
    /// <param name="name">Its file name.</param>
    /// <param name="path">Where it was loaded from, where known.</param>
    public static NativeLoadException ForeignLibtorch(string name, string? path) => new(
        $"TorchSharp's native library cannot be loaded: the process has loaded a {name} of another version than TorchSharp was built for.\n"
        + $"  Library: {path ?? name}\n"
        + $"  Remedy: reference the package {CpuPackage} (or {CudaPackage}) in the program that runs, so that it does not fall back to libtorch of "
        + "the system; take other builds of libtorch out of LD_LIBRARY_PATH; call NativeLibraries.EnsureLoaded() before TorchSharp is first used.");

    /// <summary>Explains that TorchSharp has no native library for this system.</summary>
    /// <param name="system">The system, in words.</param>
    public static NativeLoadException NotSupported(string system) => new(
        $"TorchSharp's native library cannot be loaded: TorchSharp has none for {system}.\n"
        + "  Remedy: run on x86-64 Linux with the GNU C library (Debian 12, Ubuntu 22.04 or later; in a container, an image that is not "
        + "based on Alpine), on Windows, or on macOS with Apple silicon.");

    private static (string Cause, string Remedy) Diagnose(string error)
    {
        if (MissingVersion().Match(error) is { Success: true } version)
        {
            return DiagnoseVersion(version.Groups["path"].Value, version.Groups["version"].Value);
        }

        if (MissingFile().Match(error) is { Success: true } file)
        {
            string name = file.Groups["name"].Value;
            return ($"{name} is missing.", MissingLibraryRemedy(name));
        }

        if (error.Contains("wrong ELF class", StringComparison.Ordinal) || error.Contains("invalid ELF header", StringComparison.Ordinal)
            || error.Contains("file too short", StringComparison.Ordinal) || error.Contains("cannot read file data", StringComparison.Ordinal)
            || error.Contains("ELF load command", StringComparison.Ordinal) || error.Contains("ELF file", StringComparison.Ordinal))
        {
            return ("the file is damaged, or made for another processor.",
                $"delete the bin and obj folders and the folders torchsharp and {CpuPackage} of the NuGet cache, then restore and build again.");
        }

        if (error.Contains("Cannot allocate memory", StringComparison.Ordinal) || error.Contains("cannot allocate", StringComparison.Ordinal))
        {
            return ("memory, or the address space that the process may have, ran out.", MemoryRemedy);
        }

        // Some versions of the C library give no reason here.
        if (error.Contains("failed to map segment", StringComparison.Ordinal) && !error.Contains("Operation not permitted", StringComparison.Ordinal))
        {
            return ("memory or address space ran out, or the file system it lies on does not allow code to be executed.",
                MemoryRemedy + " If there is enough, move the program off file systems mounted 'noexec', and let XDG_CACHE_HOME or TMPDIR name a folder "
                + "from which code may run.");
        }

        if (error.Contains("Operation not permitted", StringComparison.Ordinal))
        {
            return ("the file system it lies on does not allow code to be executed.",
                "move the program off file systems mounted 'noexec', and let XDG_CACHE_HOME or TMPDIR name a folder from which code may run.");
        }

        if (error.Contains("Permission denied", StringComparison.Ordinal))
        {
            return ("the file may not be read.", "give the user who runs the program the right to read it.");
        }

        if (error.Contains("undefined symbol", StringComparison.Ordinal))
        {
            return ("libtorch is of another version than TorchSharp was built for.",
                $"reference the version of {CpuPackage} or {CudaPackage} that TorchSharp names, and take other builds of libtorch out of "
                + "LD_LIBRARY_PATH.");
        }

        return ("the dynamic linker refuses it.", "see what the dynamic linker says; setting LD_DEBUG=libs prints every step it takes.");
    }

    private static (string Cause, string Remedy) DiagnoseVersion(string path, string version)
    {
        if (version.StartsWith("GLIBCXX_", StringComparison.Ordinal) || version.StartsWith("CXXABI_", StringComparison.Ordinal))
        {
            string found = LibStdCxx.HighestVersion(path) is { } highest ? $"offers {highest} at most" : "does not offer it";
            return ($"it needs {version}, and {path} {found}.",
                "install libstdc++ of GCC 13 or later (it comes with Debian 13 and Ubuntu 24.04; from conda-forge: libstdcxx, with its lib folder in "
                + "LD_LIBRARY_PATH). With the libstdc++ of GCC 12 (Debian 12, Ubuntu 22.04) TrainDsl's native loader makes TorchSharp load.");
        }

        return ($"it needs {version}, which {path} of this system does not offer.",
            "run on a later release of the Linux distribution: TorchSharp needs version 2.34 of the GNU C library or later.");
    }

    private static string MissingLibraryRemedy(string name)
    {
        if (name.StartsWith("libcu", StringComparison.Ordinal) || name.StartsWith("libnv", StringComparison.Ordinal)
            || name.StartsWith("libnccl", StringComparison.Ordinal) || name.Contains("cuda", StringComparison.Ordinal))
        {
            return $"reference the package {CudaPackage} and install the NVIDIA driver, or reference {CpuPackage} to run on the processor.";
        }

        if (name.StartsWith("libstdc++", StringComparison.Ordinal) || name.StartsWith("libgcc_s", StringComparison.Ordinal))
        {
            return "install the C++ runtime of the distribution: libstdc++6 on Debian and Ubuntu, libstdc++ on Fedora and RHEL.";
        }

        return name.StartsWith("libtorch", StringComparison.Ordinal) || name.StartsWith("libc10", StringComparison.Ordinal)
            || name.StartsWith("libgomp-", StringComparison.Ordinal) || name.Contains("LibTorchSharp", StringComparison.Ordinal)
            ? $"reference the package {CpuPackage} (or {CudaPackage}) beside TorchSharp in the program that runs, and build again."
            : $"install the package of the distribution that brings {name}.";
    }

    [GeneratedRegex(@"(?<path>[^\s:]+): version [`'](?<version>[^']+)' not found")]
    private static partial Regex MissingVersion();

    [GeneratedRegex(@"(?:^|/|\s)(?<name>[^\s/:]+): cannot open shared object file: No such file")]
    private static partial Regex MissingFile();
}
