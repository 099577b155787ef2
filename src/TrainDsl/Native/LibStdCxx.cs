using System;
using System.IO;
using System.Text;

namespace TrainDsl.Native;

/// <summary>What a file of libstdc++ offers.</summary>
internal static class LibStdCxx
{
    /// <summary>The highest <c>GLIBCXX_3.4.n</c> that a file of libstdc++ names, or null where it cannot be read or names none.</summary>
    /// <param name="path">The path of <c>libstdc++.so.6</c>.</param>
    public static string? HighestVersion(string path)
    {
        byte[] content;
        try
        {
            content = File.ReadAllBytes(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return null;
        }

        return HighestVersion(content);
    }

    /// <summary>The highest <c>GLIBCXX_3.4.n</c> among the zero-terminated strings of a library.</summary>
    internal static string? HighestVersion(ReadOnlySpan<byte> content)
    {
        ReadOnlySpan<byte> prefix = "GLIBCXX_3.4."u8;
        int highest = -1;
        for (int start = content.IndexOf(prefix); start >= 0; start = content.IndexOf(prefix))
        {
            content = content[(start + prefix.Length)..];
            int end = content.IndexOf((byte)0);
            if (end is > 0 and <= 4 && int.TryParse(Encoding.ASCII.GetString(content[..end]), out int number))
            {
                highest = Math.Max(highest, number);
            }
        }

        return highest >= 0 ? $"GLIBCXX_3.4.{highest}" : null;
    }
}
