using System;
using System.Runtime.InteropServices;
using TrainDsl.Native;

namespace TrainDsl.Faults;

/// <summary>Recognises that memory ran out, on the host or a device.</summary>
public static class OutOfMemory
{
    // libtorch's allocators: c10/core/impl/alloc_cpu.cpp (of POSIX and of Windows), c10/cuda/CUDACachingAllocator.cpp; and CUDA's own words.
    private static readonly string[] s_messages =
        ["can't allocate memory", "not enough memory: you tried to allocate", "CUDA out of memory", "CUDA error: out of memory", "std::bad_alloc"];

    private const string Tried = "tried to allocate ";

    /// <summary>Whether an exception, or a cause of it, is that memory ran out.</summary>
    /// <param name="exception">What was thrown.</param>
    public static bool Is(Exception? exception)
    {
        for (Exception? cause = exception; cause is not null; cause = cause.InnerException)
        {
            // Errors of libtorch have no type of their own: what tells them apart is what they say.
            if (cause is OutOfMemoryException
                || (cause is ExternalException or LibTorchException
                    && Array.Exists(s_messages, message => cause.Message.Contains(message, StringComparison.OrdinalIgnoreCase))))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>How much was asked for when memory ran out, in libtorch's words, such as <c>409600000 bytes</c> or <c>2.00 GiB</c>; null where it does not say.</summary>
    /// <param name="exception">What was thrown.</param>
    internal static string? Allocation(Exception? exception)
    {
        for (Exception? cause = exception; cause is not null; cause = cause.InnerException)
        {
            int start = cause.Message.IndexOf(Tried, StringComparison.OrdinalIgnoreCase);
            if (start >= 0)
            {
                string[] words = cause.Message[(start + Tried.Length)..].Split([' ', '\n'], 3, StringSplitOptions.RemoveEmptyEntries);
                return words.Length < 2 ? null : $"{words[0]} {words[1].TrimEnd('.', ',')}";
            }
        }

        return null;
    }
}
