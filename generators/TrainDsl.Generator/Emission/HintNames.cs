using System;
using System.Collections.Generic;
using System.Linq;
using TrainDsl.Generator.Model;

namespace TrainDsl.Generator.Emission;

/// <summary>File names for generated source: those of Roslyn are compared without regard to case, those of classes are not.</summary>
internal static class HintNames
{
    private const string Extension = ".g.cs";

    /// <summary>The names that more than one file would have.</summary>
    public static EquatableArray<string> Collisions(IEnumerable<string> names)
        => new(names.Append(NativeLibrariesEmitter.Name)
            .GroupBy(static name => name, StringComparer.OrdinalIgnoreCase)
            .Where(static group => group.Count() > 1)
            .Select(static group => group.Key.ToUpperInvariant())
            .OrderBy(static name => name, StringComparer.Ordinal));

    /// <summary>
    /// The name of a file: that of its class, and where another file would have the same, what tells it apart, after a hyphen, which no class has in its
    /// name.
    /// </summary>
    public static string Of(EmittedFile file, EquatableArray<string> collisions)
        => (collisions.Contains(file.Name.ToUpperInvariant()) ? $"{file.FullName}-{file.Kind}-{Hash(file.FullName):x8}" : file.Name) + Extension;

    // FNV-1a (Fowler, Noll and Vo), which unlike string.GetHashCode is the same in every process.
    private static uint Hash(string text)
    {
        const uint OffsetBasis = 2166136261;
        const uint Prime = 16777619;
        uint hash = OffsetBasis;
        foreach (char character in text)
        {
            hash = unchecked((hash ^ character) * Prime);
        }

        return hash;
    }
}
