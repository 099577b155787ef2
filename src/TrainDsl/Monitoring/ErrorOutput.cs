using System;
using System.IO;

namespace TrainDsl.Monitoring;

/// <summary>
/// The last words of a process that ends: what no monitor can be told any more. A closed or full error stream keeps nothing from going on.
/// </summary>
internal static class ErrorOutput
{
    public static void TryWriteLine(string line)
    {
        try
        {
            Console.Error.WriteLine(line);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ObjectDisposedException)
        {
            // There is nowhere left to say it.
        }
    }
}
