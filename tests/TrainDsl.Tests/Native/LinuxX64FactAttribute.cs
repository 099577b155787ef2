using System;
using System.Runtime.InteropServices;
using Xunit;

namespace TrainDsl.Tests.Native;

/// <summary>A test of what the native loader does, which is something on x86-64 Linux with the GNU C library alone.</summary>
public sealed class LinuxX64FactAttribute : FactAttribute
{
    public LinuxX64FactAttribute()
    {
        if (!LinuxX64.IsHere)
        {
            Skip = LinuxX64.Reason;
        }
    }
}

/// <inheritdoc cref="LinuxX64FactAttribute"/>
public sealed class LinuxX64TheoryAttribute : TheoryAttribute
{
    public LinuxX64TheoryAttribute()
    {
        if (!LinuxX64.IsHere)
        {
            Skip = LinuxX64.Reason;
        }
    }
}

internal static class LinuxX64
{
    public const string Reason = "The native loader acts on x86-64 Linux with the GNU C library.";

    public static bool IsHere => OperatingSystem.IsLinux() && RuntimeInformation.RuntimeIdentifier.EndsWith("-x64", StringComparison.Ordinal)
        && !RuntimeInformation.RuntimeIdentifier.Contains("musl", StringComparison.Ordinal);

    /// <summary>Whether libstdc++ of this machine has what TorchSharp asks for, so that nothing may be adjusted.</summary>
    public static bool HasNewLibStdCxx =>
        NativeLibrary.TryLoad("libstdc++.so.6", out nint library) && NativeLibrary.TryGetExport(library, "_ZSt21ios_base_library_initv", out _);
}
