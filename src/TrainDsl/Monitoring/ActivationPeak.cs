using System;
using System.Globalization;
using System.IO;
using TrainDsl.Native;

namespace TrainDsl.Monitoring;

/// <summary>
/// Measures how far memory rises while something runs. libtorch's allocator on the CPU keeps no count, so that what is measured is the resident memory of
/// the process, as Linux counts it: all threads, to the page, and memory only once it is touched. Elsewhere, and on devices, nothing is measured.
/// </summary>
public static class ActivationPeak
{
    private const string ClearReferences = "/proc/self/clear_refs";

    // proc(5): writing 5 sets the peak of the resident memory to what it is.
    private const string ResetPeak = "5";

    /// <summary>Runs a pass and measures it.</summary>
    /// <param name="pass">The forward and backward pass of one micro-batch. It should have run once before: the first pass makes what stays.</param>
    /// <returns>Bytes at the peak above those before; null where that cannot be measured.</returns>
    public static long? Measure(Action pass)
    {
        ArgumentNullException.ThrowIfNull(pass);
        if (!TryResetPeak())
        {
            pass();
            return null;
        }

        long before = Resident("VmRSS:");
        pass();
        return Math.Max(0, Resident("VmHWM:") - before);
    }

    private static bool TryResetPeak()
    {
        if (!OperatingSystem.IsLinux())
        {
            return false;
        }

        try
        {
            // What the allocator holds of freed memory would hide what the pass takes.
            HeapTrim.Trim();
            File.WriteAllText(ClearReferences, ResetPeak);
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private static long Resident(string field)
    {
        foreach (string line in File.ReadLines("/proc/self/status"))
        {
            if (line.StartsWith(field, StringComparison.Ordinal))
            {
                return 1024 * long.Parse(line.AsSpan(field.Length).Trim().TrimEnd("kB").Trim(), CultureInfo.InvariantCulture);
            }
        }

        return 0;
    }
}
