using System;
using System.IO;

namespace TrainDsl.Checkpoints;

/// <summary>
/// Tells the user something on a stream. It never throws, on any thread: a stream that cannot be written to, such as a log on the disk that is full, ends
/// no run.
/// </summary>
internal static class Notices
{
    /// <summary>Writes a line, and flushes it.</summary>
    /// <param name="stream">Where to.</param>
    /// <param name="notice">The notice, without the name of who gives it.</param>
    public static void Write(TextWriter stream, string notice)
    {
        try
        {
            lock (stream)
            {
                stream.WriteLine("TrainDsl: " + notice);
                stream.Flush();
            }
        }
        catch (Exception)
        {
            // There is no one left to tell.
        }
    }
}
