using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace TrainDsl.Native;

internal static class NativeLibrariesModule
{
    /// <summary>Registers the loader before any code of TrainDsl can use TorchSharp.</summary>
    [ModuleInitializer]
    [SuppressMessage("Usage", "CA2255", Justification = "Only subscribes to an event; P/Invokes of this assembly rely on it.")]
    internal static void Register() => NativeLibraries.Register();
}
