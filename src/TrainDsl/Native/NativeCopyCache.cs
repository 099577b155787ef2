using System;
using System.IO;
using System.Runtime.Versioning;
using System.Security.Cryptography;

namespace TrainDsl.Native;

/// <summary>
/// Keeps private copies of native libraries in a cache of the user. A copy is complete or absent at any instant, whatever other
/// threads and processes do, and a file found in the cache is compared with what it should hold before it is used.
/// </summary>
/// <param name="root">The folder of the cache; null where the user has none.</param>
[SupportedOSPlatform("linux")]
internal sealed class NativeCopyCache(string? root)
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    /// <summary>The cache of the current user, by the XDG base directory specification.</summary>
    public static NativeCopyCache OfUser()
    {
        string? caches = Environment.GetEnvironmentVariable("XDG_CACHE_HOME");
        if (!Path.IsPathFullyQualified(caches ?? string.Empty))
        {
            string home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
            caches = home.Length == 0 ? null : Path.Combine(home, ".cache");
        }

        return new NativeCopyCache(caches is null ? null : Path.Combine(caches, "traindsl", "native"));
    }

    /// <summary>The folder name for what is made of a source: the same content and revision give the same name.</summary>
    /// <param name="source">The content of the original library.</param>
    /// <param name="revision">The number of the way of adjusting it.</param>
    public static string Key(ReadOnlySpan<byte> source, int revision) => $"{Convert.ToHexStringLower(SHA256.HashData(source))}-{revision}";

    /// <summary>Places a library in the cache, unless it is there.</summary>
    /// <param name="key">The folder name for it, from <see cref="Key"/>.</param>
    /// <param name="fileName">The file name of the library.</param>
    /// <param name="content">What the file must hold.</param>
    /// <returns>The path of the file, or null where the cache cannot be used.</returns>
    public string? TryPlace(string key, string fileName, ReadOnlySpan<byte> content)
    {
        if (root is null)
        {
            return null;
        }

        try
        {
            // Only the last folder of a path gets the mode asked for: each is made on its own.
            string folder = Path.Combine(root, key);
            string?[] folders = [Path.GetDirectoryName(root), root, folder];
            Array.ForEach(folders, path => Directory.CreateDirectory(path ?? root, OwnerOnly));

            // Fails for a folder of somebody else, who could exchange the file after it has been checked.
            File.SetUnixFileMode(folder, OwnerOnly);
            string path = Path.Combine(folder, fileName);
            if (!Holds(path, content))
            {
                Write(path, content);
            }

            return path;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Places a library in a fresh folder for temporary files, which the caller deletes.</summary>
    /// <param name="fileName">The file name of the library.</param>
    /// <param name="content">What the file must hold.</param>
    /// <returns>The path of the file, alone in its folder.</returns>
    /// <exception cref="IOException">The folder or the file cannot be written.</exception>
    public static string PlaceTemporarily(string fileName, ReadOnlySpan<byte> content)
    {
        string path = Path.Combine(Directory.CreateTempSubdirectory("traindsl-").FullName, fileName);
        Write(path, content);
        return path;
    }

    private static bool Holds(string path, ReadOnlySpan<byte> content) =>
        new FileInfo(path) is { Exists: true } file && file.Length == content.Length && content.SequenceEqual(File.ReadAllBytes(path));

    private static void Write(string path, ReadOnlySpan<byte> content)
    {
        string temporary = $"{path}.{Guid.NewGuid():N}";
        try
        {
            var options = new FileStreamOptions
            {
                Mode = FileMode.CreateNew,
                Access = FileAccess.Write,
                BufferSize = 0,
                UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
            };
            using (var stream = new FileStream(temporary, options))
            {
                stream.Write(content);
                stream.Flush(flushToDisk: true);
            }

            // A process that has the old file mapped keeps it: the name moves to the new file, the old content stays.
            File.Move(temporary, path, overwrite: true);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }
    }
}
