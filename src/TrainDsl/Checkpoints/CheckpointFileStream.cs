using System;
using System.IO;
using System.IO.Hashing;
using Microsoft.Win32.SafeHandles;

namespace TrainDsl.Checkpoints;

/// <summary>Appends to a file through <see cref="IFileOperations"/>, and counts and hashes what passes.</summary>
internal sealed class CheckpointFileStream(IFileOperations operations, SafeFileHandle file) : Stream
{
    private readonly XxHash128 _hash = new();
    private long _length;

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => _length;

    public override long Position { get => _length; set => throw new NotSupportedException(); }

    /// <summary>The checksum of all bytes written so far.</summary>
    public string Checksum => Convert.ToHexStringLower(_hash.GetCurrentHash());

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        operations.Write(file, buffer, _length);
        _hash.Append(buffer);
        _length += buffer.Length;
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    /// <summary>Nothing is buffered here; the store flushes the file to disk itself.</summary>
    public override void Flush()
    {
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();
}
