using System;
using System.Collections.Generic;

namespace TrainDsl.Native;

/// <summary>
/// Lets TorchSharp's Linux library load with the libstdc++ of GCC 12. The library asks for <c>GLIBCXX_3.4.32</c> for the sake of one
/// symbol that its code never refers to: the marker that <c>&lt;iostream&gt;</c> of GCC 13 leaves in every object file, to say that
/// libstdc++ itself initialises the standard streams.
/// </summary>
internal static class LibTorchSharpAdjustment
{
    /// <summary>The number of this way of adjusting; copies made by another one are not reused.</summary>
    public const int Revision = 1;

    /// <summary>The version that an older libstdc++ lacks (GCC 13 brought it).</summary>
    public const string MissingVersion = "GLIBCXX_3.4.32";

    /// <summary>The version asked for instead (GCC 12). The library needs it anyway, so nothing new is asked for.</summary>
    public const string PresentVersion = "GLIBCXX_3.4.30";

    /// <summary>The only library that is ever adjusted.</summary>
    public const string LibraryName = "libLibTorchSharp.so";

    private const string VersionedLibrary = "libstdc++.so.6";

    /// <summary><c>std::ios_base_library_init()</c>.</summary>
    private static ReadOnlySpan<byte> MarkerName => "_ZSt21ios_base_library_initv"u8;

    /// <summary><c>std::chrono::steady_clock::now()</c>: takes no arguments and changes nothing.</summary>
    private static ReadOnlySpan<byte> ReplacementName => "_ZNSt6chrono3_V212steady_clock3nowEv"u8;

    /// <summary>
    /// Adjusts the bytes of the library in place: the marker gets the name and the version of the replacement, and the version needed
    /// for it alone is renamed. All checks come before the first write.
    /// </summary>
    /// <param name="library">The bytes of the whole file.</param>
    /// <exception cref="ElfFormatException">The library is not what is expected. Nothing has been written.</exception>
    public static void Apply(Span<byte> library)
    {
        var symbols = ElfDynamicSymbols.Read(library);
        if (symbols.LibraryName != LibraryName)
        {
            throw new ElfFormatException($"it calls itself '{symbols.LibraryName}', not '{LibraryName}'");
        }

        List<ElfVersionNeed> needs = symbols.ReadVersionNeeds();
        ElfVersionNeed missing = SingleNeed(needs, MissingVersion);
        ElfVersionNeed present = SingleNeed(needs, PresentVersion);
        int marker = SingleUndefined(symbols, MarkerName, "std::ios_base_library_init()");
        int replacement = SingleUndefined(symbols, ReplacementName, "std::chrono::steady_clock::now()");
        if (symbols.VersionIndex(marker) != missing.Index)
        {
            throw new ElfFormatException($"std::ios_base_library_init() is not bound to {MissingVersion}");
        }

        ushort replacementVersion = symbols.VersionIndex(replacement);
        if (!needs.Exists(need => need.Library == VersionedLibrary && need.Index == replacementVersion && need.Index != missing.Index))
        {
            throw new ElfFormatException($"std::chrono::steady_clock::now() is not bound to a version of {VersionedLibrary}");
        }

        for (int symbol = 0; symbol < symbols.Count; symbol++)
        {
            if (symbol != marker && symbols.VersionIndex(symbol) == missing.Index)
            {
                throw new ElfFormatException($"more than one symbol is bound to {MissingVersion}");
            }
        }

        symbols.Point(marker, replacement);
        symbols.Rename(in missing, in present);
    }

    private static ElfVersionNeed SingleNeed(List<ElfVersionNeed> needs, string version)
    {
        List<ElfVersionNeed> found = needs.FindAll(need => need.Library == VersionedLibrary && need.Name == version);
        if (found.Count != 1 || needs.FindAll(need => need.Index == found[0].Index).Count != 1)
        {
            throw new ElfFormatException($"it does not ask {VersionedLibrary} for {version} exactly once");
        }

        return found[0];
    }

    private static int SingleUndefined(ElfDynamicSymbols symbols, ReadOnlySpan<byte> name, string readableName)
    {
        int found = -1;
        for (int symbol = 0; symbol < symbols.Count; symbol++)
        {
            if (!symbols.Name(symbol).SequenceEqual(name))
            {
                continue;
            }

            if (found >= 0 || !symbols.IsUndefined(symbol))
            {
                throw new ElfFormatException($"it defines {readableName}, or names it more than once");
            }

            found = symbol;
        }

        return found >= 0 ? found : throw new ElfFormatException($"it does not ask for {readableName}");
    }
}
