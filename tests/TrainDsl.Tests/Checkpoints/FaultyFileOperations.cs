using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using Microsoft.Win32.SafeHandles;
using TrainDsl.Checkpoints;

namespace TrainDsl.Tests.Checkpoints;

/// <summary>
/// The real file system with one fault at the k-th operation. For power cuts it remembers which bytes and names have not been flushed, as the
/// standard allows a file system to lose them, and takes them back.
/// </summary>
internal sealed class FaultyFileOperations(int faultAt, Fault fault, int seed = 0) : IFileOperations
{
    private readonly Random _random = new(seed);
    private readonly HashSet<string> _dirtyFiles = [];
    private readonly Dictionary<SafeFileHandle, string> _open = [];
    private readonly List<NameChange> _unflushedNames = [];
    private int _count;
    private bool _killed;

    /// <summary>Whether the k-th operation was reached.</summary>
    public bool Struck { get; private set; }

    public void CreateDirectory(string path) => Do(
        () =>
        {
            DiskFileOperations.Instance.CreateDirectory(path);
            _unflushedNames.Add(new NameChange(path, null, null));
        });

    public SafeFileHandle CreateFile(string path)
    {
        SafeFileHandle? file = null;
        try
        {
            Do(
                () =>
                {
                    file = DiskFileOperations.Instance.CreateFile(path);
                    _open.Add(file, path);
                    _dirtyFiles.Add(path);
                    _unflushedNames.Add(new NameChange(path, null, null));
                });
            return file!;
        }
        catch
        {
            file?.Dispose();
            throw;
        }
    }

    public void Write(SafeFileHandle file, ReadOnlySpan<byte> bytes, long offset)
    {
        byte[] copy = bytes.ToArray();
        Do(
            () =>
            {
                _dirtyFiles.Add(_open[file]);
                DiskFileOperations.Instance.Write(file, copy, offset);
            },
            () => DiskFileOperations.Instance.Write(file, copy.AsSpan(0, copy.Length / 2), offset));
    }

    // Nothing is flushed for real: what a lost flush does is modelled here, and the tests stay fast.
    public void FlushFile(SafeFileHandle file) => Do(() => _dirtyFiles.Remove(_open[file]));

    public void FlushDirectory(string path) => Do(() => _unflushedNames.RemoveAll(change => Path.GetDirectoryName(change.Path) == path));

    public void RenameDirectory(string from, string to) => Do(
        () =>
        {
            DiskFileOperations.Instance.RenameDirectory(from, to);

            // What is lost later is lost where it lies by then.
            string[] dirty = [.. _dirtyFiles];
            _dirtyFiles.Clear();
            _dirtyFiles.UnionWith(dirty.Select(path => Moved(path, from, to)));
            for (int i = 0; i < _unflushedNames.Count; i++)
            {
                _unflushedNames[i] = _unflushedNames[i] with { Path = Moved(_unflushedNames[i].Path, from, to) };
            }

            _unflushedNames.Add(new NameChange(to, from, null));
        });

    public void DeleteFile(string path) => Do(
        () =>
        {
            _unflushedNames.Add(new NameChange(path, null, File.ReadAllBytes(path)));
            _dirtyFiles.Remove(path);
            DiskFileOperations.Instance.DeleteFile(path);
        });

    public void DeleteDirectory(string path) => Do(
        () =>
        {
            DiskFileOperations.Instance.DeleteDirectory(path);
            _unflushedNames.Add(new NameChange(path, null, []));
        });

    /// <summary>Takes back what has not been flushed, where the fault is a power cut; also to be called after all has gone well.</summary>
    public void CutPower()
    {
        if (fault is Fault.PowerCutLosesNames or Fault.PowerCutLosesAnything)
        {
            LoseNames(fault == Fault.PowerCutLosesAnything);
        }

        if (fault is Fault.PowerCutLosesBytes or Fault.PowerCutLosesAnything)
        {
            LoseBytes();
        }
    }

    private void Do(Action operation, Action? half = null)
    {
        if (_killed)
        {
            throw new KilledException();
        }

        _count++;
        bool strikes = fault == Fault.RefusedFromThenOn ? _count >= faultAt : _count == faultAt;
        if (!strikes)
        {
            operation();
            return;
        }

        Struck = true;
        switch (fault)
        {
            case Fault.Refused or Fault.RefusedFromThenOn:
                half?.Invoke();
                throw new IOException("injected");
            case Fault.RefusedAfterwards:
                operation();
                throw new UnauthorizedAccessException("injected");
            case Fault.Killed:
                half?.Invoke();
                break;
            default:
                operation();
                break;
        }

        _killed = true;
        CutPower();
        throw new KilledException();
    }

    private void LoseNames(bool some)
    {
        foreach (NameChange change in Enumerable.Reverse(_unflushedNames))
        {
            if (!some || _random.Next(2) == 0)
            {
                change.Undo();
            }
        }
    }

    private void LoseBytes()
    {
        foreach (string path in _dirtyFiles.Where(File.Exists))
        {
            using FileStream stream = new(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete);
            stream.SetLength(stream.Length / 2);
        }
    }

    private static string Moved(string path, string from, string to) =>
        path.StartsWith(from + Path.DirectorySeparatorChar, StringComparison.Ordinal) ? to + path[from.Length..] : path;

    /// <summary>A change of names: something created (no other part), renamed (a former path) or deleted (with the content it had).</summary>
    private sealed record NameChange(string Path, string? Former, byte[]? Content)
    {
        public void Undo()
        {
            if (Former is not null)
            {
                if (Directory.Exists(Path))
                {
                    Directory.Move(Path, Former);
                }
            }
            else if (Content is { Length: > 0 })
            {
                if (Directory.Exists(System.IO.Path.GetDirectoryName(Path)))
                {
                    File.WriteAllBytes(Path, Content);
                }
            }
            else if (Content is not null)
            {
                Directory.CreateDirectory(Path);
            }
            else if (Directory.Exists(Path))
            {
                Directory.Delete(Path, recursive: true);
            }
            else
            {
                File.Delete(Path);
            }
        }
    }
}
