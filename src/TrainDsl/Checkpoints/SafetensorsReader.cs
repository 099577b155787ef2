using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.IO;
using System.IO.MemoryMappedFiles;

namespace TrainDsl.Checkpoints;

/// <summary>
/// A safetensors file, mapped into memory and validated as a whole before anything of it is handed out (format:
/// https://github.com/huggingface/safetensors).
/// </summary>
/// <remarks>
/// Spans and pointers are views of the mapping: they must not be used after <see cref="Dispose"/>, and the file must not be shortened meanwhile.
/// Tensor values are not checked: they may be NaN or infinite. Reading is safe from several threads; disposing is not.
/// </remarks>
public sealed unsafe class SafetensorsReader : IDisposable
{
    private readonly SafetensorsHeader _header;
    private readonly Dictionary<string, SafetensorsEntry> _byName;
    private readonly MemoryMappedFile _file;
    private readonly MemoryMappedViewAccessor _view;
    private readonly byte* _data;
    private bool _disposed;

    private SafetensorsReader(string path, SafetensorsHeader header, MemoryMappedFile file, MemoryMappedViewAccessor view, byte* data)
    {
        Path = path;
        _header = header;
        _file = file;
        _view = view;
        _data = data;
        _byName = new Dictionary<string, SafetensorsEntry>(header.Entries.Length, StringComparer.Ordinal);
        foreach (SafetensorsEntry entry in header.Entries)
        {
            _byName.Add(entry.Name, entry);
        }
    }

    /// <summary>The file, as given to <see cref="Open"/>.</summary>
    public string Path { get; }

    /// <summary>The tensors in the order of their bytes.</summary>
    public IReadOnlyList<SafetensorsEntry> Entries => _header.Entries;

    /// <summary>The free-form texts stored with the tensors; empty where there are none.</summary>
    public IReadOnlyDictionary<string, string> Metadata => _header.Metadata;

    /// <summary>The tensor of that name.</summary>
    /// <param name="name">The exact name, upper and lower case told apart.</param>
    /// <exception cref="SafetensorsException">The file has no such tensor (<see cref="SafetensorsError.NoSuchTensor"/>).</exception>
    public SafetensorsEntry this[string name] => TryGetEntry(name, out SafetensorsEntry? entry)
        ? entry
        : throw new SafetensorsException(
            SafetensorsError.NoSuchTensor, Path, $"'{Path}' has no tensor named '{name}'; it holds {Entries.Count} tensors, listed by Entries.");

    /// <summary>Maps a file and validates all of its header.</summary>
    /// <param name="path">The file to read.</param>
    /// <exception cref="SafetensorsException">The file breaks a rule of the format.</exception>
    /// <exception cref="IOException">The file cannot be found or read.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be read, or is a folder.</exception>
    public static SafetensorsReader Open(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);

        // Named pipes, sockets and devices have no bytes by their size: opening them may wait for ever.
        FileSystemInfo? target = File.ResolveLinkTarget(path, returnFinalTarget: true);
        if ((target as FileInfo ?? new FileInfo(path)) is { Exists: true, Length: 0 })
        {
            throw TooShort(path, 0);
        }

        using FileStream stream = new(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, bufferSize: 0);
        long length = stream.Length;
        if (length < SafetensorsFormat.LengthBytes)
        {
            throw TooShort(path, length);
        }

        MemoryMappedFile? file = null;
        MemoryMappedViewAccessor? view = null;
        byte* start = null;
        try
        {
            file = MemoryMappedFile.CreateFromFile(stream, null, 0, MemoryMappedFileAccess.Read, HandleInheritability.None, leaveOpen: true);
            view = file.CreateViewAccessor(0, length, MemoryMappedFileAccess.Read);
            view.SafeMemoryMappedViewHandle.AcquirePointer(ref start);
            start += view.PointerOffset;

            int headerLength = HeaderLength(start, length, path);
            long dataStart = SafetensorsFormat.LengthBytes + headerLength;
            ReadOnlySpan<byte> header = new(start + SafetensorsFormat.LengthBytes, headerLength);
            return new SafetensorsReader(path, SafetensorsHeaderParser.Parse(header, length - dataStart, path), file, view, start + dataStart);
        }
        catch
        {
            Release(file, view, start);
            throw;
        }
    }

    /// <summary>Finds a tensor by its exact name.</summary>
    /// <param name="name">The exact name, upper and lower case told apart.</param>
    /// <param name="entry">The tensor, or null where there is none of that name.</param>
    public bool TryGetEntry(string name, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out SafetensorsEntry? entry) =>
        _byName.TryGetValue(name, out entry);

    /// <summary>The bytes of a tensor, row-major and little-endian, valid until <see cref="Dispose"/>.</summary>
    /// <param name="entry">A tensor of this file.</param>
    /// <exception cref="ArgumentException">The entry is of another file, or has more than 2^31 - 1 bytes: use <see cref="GetPointer"/>.</exception>
    /// <exception cref="ObjectDisposedException">The reader has been disposed.</exception>
    public ReadOnlySpan<byte> GetSpan(SafetensorsEntry entry)
    {
        byte* pointer = GetPointer(entry);
        return entry.ByteLength <= int.MaxValue
            ? new ReadOnlySpan<byte>(pointer, (int)entry.ByteLength)
            : throw new ArgumentException($"'{entry.Name}' has {entry.ByteLength} bytes, more than a span can hold: use GetPointer.", nameof(entry));
    }

    /// <summary>
    /// The first of a tensor's <see cref="SafetensorsEntry.ByteLength"/> bytes, valid until <see cref="Dispose"/>. Files of other programs may
    /// place it at any byte; files of <see cref="SafetensorsWriter"/> align it to the element's size.
    /// </summary>
    /// <param name="entry">A tensor of this file.</param>
    /// <exception cref="ArgumentException">The entry is of another file.</exception>
    /// <exception cref="ObjectDisposedException">The reader has been disposed.</exception>
    public byte* GetPointer(SafetensorsEntry entry)
    {
        ArgumentNullException.ThrowIfNull(entry);
        ObjectDisposedException.ThrowIf(_disposed, this);
        return _byName.TryGetValue(entry.Name, out SafetensorsEntry? own) && ReferenceEquals(own, entry)
            ? _data + entry.Offset
            : throw new ArgumentException($"'{entry.Name}' is not an entry of '{Path}'.", nameof(entry));
    }

    /// <summary>Unmaps the file. Spans and pointers handed out are invalid from here on.</summary>
    public void Dispose()
    {
        if (!_disposed)
        {
            _disposed = true;
            Release(_file, _view, _data);
        }
    }

    private static SafetensorsException TooShort(string path, long length) => new(
        SafetensorsError.FileTooShort,
        path,
        $"'{path}' is not a valid safetensors file: it has {length} bytes, expected at least {SafetensorsFormat.LengthBytes}.");

    private static int HeaderLength(byte* start, long fileLength, string path)
    {
        ulong length = BinaryPrimitives.ReadUInt64LittleEndian(new ReadOnlySpan<byte>(start, SafetensorsFormat.LengthBytes));
        if (length > SafetensorsFormat.MaxHeaderBytes)
        {
            throw new SafetensorsException(
                SafetensorsError.HeaderTooLarge,
                path,
                $"'{path}' is not a valid safetensors file: at byte 0: a header of {length} bytes, expected at most 100,000,000.");
        }

        long room = fileLength - SafetensorsFormat.LengthBytes;
        return (long)length <= room
            ? (int)length
            : throw new SafetensorsException(
                SafetensorsError.HeaderOutOfBounds,
                path,
                $"'{path}' is not a valid safetensors file: at byte 0: a header of {length} bytes, but only {room} bytes follow.");
    }

    private static void Release(MemoryMappedFile? file, MemoryMappedViewAccessor? view, byte* acquired)
    {
        if (acquired != null)
        {
            view!.SafeMemoryMappedViewHandle.ReleasePointer();
        }

        view?.Dispose();
        file?.Dispose();
    }
}
