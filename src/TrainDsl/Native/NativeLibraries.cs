using System;
using System.Collections.Generic;
using System.Reflection;
using System.Runtime.InteropServices;
using System.Runtime.Loader;
using System.Runtime.Versioning;
using System.Threading;
using TorchSharp;

namespace TrainDsl.Native;

/// <summary>
/// Makes the native libraries of TorchSharp load where the runtime alone cannot load them: on Linux with a libstdc++ that is older than
/// TorchSharp asks for. It acts only after the normal way of loading has failed, and never on Windows or macOS.
/// </summary>
/// <remarks>
/// Turned off by the AppContext switch <c>TrainDsl.DisableNativeLoader</c> or the environment variable
/// <c>TRAINDSL_DISABLE_NATIVE_LOADER=1</c>.
/// </remarks>
public static class NativeLibraries
{
    private const string LibTorchSharp = "LibTorchSharp";

    private static readonly Lock LoadLock = new();
    private static int _registered;
    private static volatile bool _loaded;

    [ThreadStatic]
    private static bool _othersAreAsked;

    private static bool IsDisabled =>
        (AppContext.TryGetSwitch("TrainDsl.DisableNativeLoader", out bool disabled) && disabled)
        || Environment.GetEnvironmentVariable("TRAINDSL_DISABLE_NATIVE_LOADER") is "1" or "true";

    /// <summary>
    /// Registers the loader with the runtime. Touches no file: work is done only once loading has failed in the normal way.
    /// Has to be called before TorchSharp is first used; generated code does so when its assembly is loaded. May be called any number of
    /// times, from any thread. Never throws.
    /// </summary>
    public static void Register()
    {
        if (Interlocked.Exchange(ref _registered, 1) == 0)
        {
            AssemblyLoadContext.Default.ResolvingUnmanagedDll += Resolve;
        }
    }

    /// <summary>
    /// Loads the native libraries of TorchSharp now, so that a failure is explained here instead of where TorchSharp is first used.
    /// Does nothing once they are loaded, and on Windows and macOS, where TorchSharp's own loading has its say.
    /// </summary>
    /// <exception cref="NativeLoadException">They cannot be loaded. The message names the cause and the remedy.</exception>
    public static void EnsureLoaded()
    {
        if (_loaded || !OperatingSystem.IsLinux())
        {
            return;
        }

        Register();
        if (!NativeLibrary.TryLoad(LibTorchSharp, typeof(torch).Assembly, null, out _))
        {
            throw ExplainNormalFailure();
        }

        _loaded = true;
    }

    private static nint Resolve(Assembly assembly, string name)
    {
        if (!OperatingSystem.IsLinux() || _othersAreAsked || FileName(name) is not { } fileName || IsDisabled)
        {
            return 0;
        }

        // Whoever handles this event as well knows its program better.
        nint handle = AskOthers(assembly, name);
        return handle != 0 ? handle : Load(fileName);
    }

    [SupportedOSPlatform("linux")]
    private static nint Load(string fileName)
    {
        bool isLibTorchSharp = fileName == LibTorchSharpAdjustment.LibraryName;
        if (UnsupportedSystem() is { } system)
        {
            return isLibTorchSharp ? throw LoadFailure.NotSupported(system) : 0;
        }

        lock (LoadLock)
        {
            List<string> folders = TorchLibraryFolders.Find();
            var loader = new TorchLibraryLoader(folders, NativeCopyCache.OfUser());
            return isLibTorchSharp ? loader.LoadLibTorchSharp() : loader.FindLibtorch(fileName);
        }
    }

    private static nint AskOthers(Assembly assembly, string name)
    {
        _othersAreAsked = true;
        try
        {
            return NativeLibrary.TryLoad(name, assembly, null, out nint handle) ? handle : 0;
        }
        finally
        {
            _othersAreAsked = false;
        }
    }

    /// <summary>The file that a P/Invoke means which names a library in short ("torch_cpu") or in full; null for other libraries.</summary>
    [SupportedOSPlatform("linux")]
    private static string? FileName(string name)
    {
        string fileName = name.EndsWith(".so", StringComparison.Ordinal) ? name : name + ".so";
        return IsOurs(fileName) ? fileName : IsOurs("lib" + fileName) ? "lib" + fileName : null;
    }

    [SupportedOSPlatform("linux")]
    private static bool IsOurs(string fileName) =>
        fileName == LibTorchSharpAdjustment.LibraryName || TorchLibraryLoader.IsLibtorch(fileName);

    [SupportedOSPlatform("linux")]
    private static string? UnsupportedSystem() =>
        RuntimeInformation.ProcessArchitecture != Architecture.X64 ? $"Linux on {RuntimeInformation.ProcessArchitecture}"
        : DynamicLinker.IsGnu ? null
        : "Linux without the GNU C library (Alpine and other systems with musl)";

    // Where the loader acts it explains for itself: here it is turned off, or TorchSharp lives in a load context of its own.
    [SupportedOSPlatform("linux")]
    private static NativeLoadException ExplainNormalFailure()
    {
        try
        {
            NativeLibrary.Load(LibTorchSharp, typeof(torch).Assembly, null);
            return new NativeLoadException(
                "TorchSharp's native library could not be loaded at first, and could be a moment later.\n  Remedy: run the program again.");
        }
        catch (Exception exception) when (exception is DllNotFoundException or BadImageFormatException)
        {
            return LoadFailure.Explain(
                LibTorchSharp,
                DynamicLinker.ReadError(exception.Message, LibTorchSharp),
                IsDisabled ? "TrainDsl's native loader is turned off (TrainDsl.DisableNativeLoader or TRAINDSL_DISABLE_NATIVE_LOADER)." : null);
        }
    }
}
