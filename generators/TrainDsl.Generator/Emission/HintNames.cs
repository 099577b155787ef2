using System;
using System.Collections.Generic;
using System.Linq;
using TrainDsl.Generator.Model;

namespace TrainDsl.Generator.Emission;

/// <summary>File names for generated source: those of Roslyn are compared without regard to case, those of classes are not.</summary>
internal static class HintNames
{
    /// <summary>The names that more than one file would have.</summary>
    public static EquatableArray<string> Collisions(IEnumerable<string> fullNames)
        => new(fullNames.GroupBy(static name => name, StringComparer.OrdinalIgnoreCase)
            .Where(static group => group.Count() > 1)
            .Select(static group => group.Key.ToUpperInvariant())
            .OrderBy(static name => name, StringComparer.Ordinal));

    /// <summary>The name of a class's file: its full name, and where others have the same, what tells it apart.</summary>
    public static string Of(EmittedFile file, EquatableArray<string> collisions)
        => collisions.Contains(file.FullName.ToUpperInvariant())
            ? $"{file.FullName}.{file.Kind}.{Hash(file.FullName):x8}.g.cs"
            : file.FullName + ".g.cs";

    /// <summary>The name of a further file of a class.</summary>
    public static string OfFurther(EmittedFile file, EquatableArray<string> collisions)
        => collisions.Contains(file.FullName.ToUpperInvariant())
            ? $"{file.FullName}.{file.Kind}.{Hash(file.FullName):x8}.g.cs"
            : $"{file.FullName}.{file.Kind}.g.cs";

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
