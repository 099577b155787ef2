using System;
using System.Runtime.InteropServices;

namespace TrainDsl.Native;

/// <summary>Gives memory that the C library holds but does not use back to the system, where it can (glibc).</summary>
internal static partial class HeapTrim
{
    public static void Trim()
    {
        try
        {
            _ = malloc_trim(0);
        }
        catch (EntryPointNotFoundException)
        {
            // Another C library than glibc.
        }
    }

    [LibraryImport("libc")]
    private static partial int malloc_trim(nuint pad);
}
