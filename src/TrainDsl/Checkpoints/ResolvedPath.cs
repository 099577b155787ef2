using System;
using System.IO;

namespace TrainDsl.Checkpoints;

/// <summary>Paths without links: two spellings of one folder resolve to the same text.</summary>
internal static class ResolvedPath
{
    // As many as Linux follows before it says that links go round in a circle.
    private const int MostLinks = 40;

    /// <summary>The full path, with every link in it followed and without a separator at its end.</summary>
    /// <param name="path">A path, which need not exist.</param>
    public static string Of(string path)
    {
        int links = 0;
        return Resolve(path, ref links);
    }

    /// <summary>Whether two paths lead to the same place.</summary>
    public static bool AreSame(string one, string other) => string.Equals(
        Of(one), Of(other), OperatingSystem.IsWindows() || OperatingSystem.IsMacOS() ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal);

    private static string Resolve(string path, ref int links)
    {
        string full = Path.GetFullPath(path);
        string resolved = Path.GetPathRoot(full)!;
        foreach (string part in full[resolved.Length..].Split(
            [Path.DirectorySeparatorChar, Path.AltDirectorySeparatorChar], StringSplitOptions.RemoveEmptyEntries))
        {
            string next = Path.Combine(resolved, part);
            string? target = links < MostLinks ? new DirectoryInfo(next).LinkTarget : null;
            if (target is null)
            {
                resolved = next;
                continue;
            }

            links++;
            resolved = Resolve(Path.Combine(resolved, target), ref links);
        }

        return resolved;
    }
}
