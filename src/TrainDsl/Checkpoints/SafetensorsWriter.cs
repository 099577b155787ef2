using System;
using System.Collections.Generic;
using System.IO;

namespace TrainDsl.Checkpoints;

/// <summary>
/// Writes safetensors files (format: https://github.com/huggingface/safetensors). Tensors with wider elements come first, else the order is as given;
/// every tensor starts at a multiple of its element's size. Equal input makes equal bytes.
/// </summary>
public static class SafetensorsWriter
{
    /// <summary>Writes a file to a stream, from the tensors' own memory and without holding it as a whole.</summary>
    /// <param name="destination">Where to write; it need not be seekable and stays open.</param>
    /// <param name="tensors">The tensors, each name once.</param>
    /// <param name="metadata">Free-form texts to store with them, such as <c>format = pt</c>; null for none.</param>
    /// <exception cref="SafetensorsException">Names or metadata do not make a valid file; nothing has been written.</exception>
    /// <exception cref="IOException">The stream fails.</exception>
    public static void Write(Stream destination, IReadOnlyList<SafetensorsTensor> tensors, IReadOnlyDictionary<string, string>? metadata = null)
    {
        ArgumentNullException.ThrowIfNull(destination);
        ArgumentNullException.ThrowIfNull(tensors);
        new SafetensorsLayout(tensors, metadata).WriteTo(destination);
    }

    /// <summary>Writes a file, replacing one of that name only when the new one is complete and flushed to disk.</summary>
    /// <param name="path">The file to make.</param>
    /// <param name="tensors">The tensors, each name once.</param>
    /// <param name="metadata">Free-form texts to store with them, such as <c>format = pt</c>; null for none.</param>
    /// <exception cref="SafetensorsException">Names or metadata do not make a valid file; nothing has been written.</exception>
    /// <exception cref="IOException">The file cannot be written; what was there before is still there.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be written; what was there before is still there.</exception>
    public static void Write(string path, IReadOnlyList<SafetensorsTensor> tensors, IReadOnlyDictionary<string, string>? metadata = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(tensors);
        SafetensorsLayout layout = new(tensors, metadata);
        string temporary = $"{path}.tmp-{Guid.NewGuid():n}";
        try
        {
            using (FileStream stream = new(temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0))
            {
                layout.WriteTo(stream);
                stream.Flush(flushToDisk: true);
            }

            File.Move(temporary, path, overwrite: true);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }
    }
}
