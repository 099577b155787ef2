using System;
using System.Globalization;
using System.IO;
using System.Linq;

namespace TrainDsl.Data;

/// <summary>How much memory the process may still take.</summary>
internal static class AvailableMemory
{
    private const string Figures = "/proc/meminfo";
    private const string Estimate = "MemAvailable:";

    /// <summary>
    /// Bytes: those of the machine, or of the container that the process is confined to; on Linux at most what the kernel says that programs can take without
    /// swapping.
    /// </summary>
    internal static long Bytes
    {
        get
        {
            long whole = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;
            return Math.Min(whole, WithoutSwapping() ?? whole);
        }
    }

    private static long? WithoutSwapping()
    {
        if (!OperatingSystem.IsLinux())
        {
            return null;
        }

        try
        {
            // MemAvailable:   12345678 kB
            string? line = File.ReadLines(Figures).FirstOrDefault(static line => line.StartsWith(Estimate, StringComparison.Ordinal));
            string? figure = line?[Estimate.Length..].Split(' ', StringSplitOptions.RemoveEmptyEntries).FirstOrDefault();
            return long.TryParse(figure, CultureInfo.InvariantCulture, out long kibibytes) ? kibibytes * 1024 : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
