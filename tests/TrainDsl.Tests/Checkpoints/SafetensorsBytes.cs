using System;
using System.Buffers.Binary;
using System.IO;
using System.Text;
using TrainDsl.Checkpoints;
using Xunit;

namespace TrainDsl.Tests.Checkpoints;

/// <summary>Files put together by hand, right or wrong.</summary>
internal static class SafetensorsBytes
{
    public static byte[] File(string header, int dataBytes = 0) => File(Encoding.UTF8.GetBytes(header), new byte[dataBytes]);

    public static byte[] File(ReadOnlySpan<byte> header, ReadOnlySpan<byte> data, ulong? statedHeaderLength = null)
    {
        byte[] file = new byte[8 + header.Length + data.Length];
        BinaryPrimitives.WriteUInt64LittleEndian(file, statedHeaderLength ?? (ulong)header.Length);
        header.CopyTo(file.AsSpan(8));
        data.CopyTo(file.AsSpan(8 + header.Length));
        return file;
    }

    /// <summary>Opens bytes through a real file.</summary>
    public static SafetensorsReader Open(TemporaryFolder folder, byte[] file)
    {
        string path = folder.File("test.safetensors");

        // A file that is truncated and written again is flushed to disk by some file systems: thousands of those take minutes.
        System.IO.File.Delete(path);
        System.IO.File.WriteAllBytes(path, file);
        return SafetensorsReader.Open(path);
    }

    public static SafetensorsException AssertRefused(SafetensorsError error, byte[] file)
    {
        using TemporaryFolder folder = new();
        SafetensorsException exception = Assert.Throws<SafetensorsException>(() => Open(folder, file).Dispose());
        Assert.Equal(error, exception.Error);
        Assert.Equal(folder.File("test.safetensors"), exception.Path);
        Assert.Contains("test.safetensors", exception.Message, StringComparison.Ordinal);
        return exception;
    }

    public static byte[] Written(params SafetensorsTensor[] tensors)
    {
        using MemoryStream stream = new();
        SafetensorsWriter.Write(stream, tensors);
        return stream.ToArray();
    }
}
