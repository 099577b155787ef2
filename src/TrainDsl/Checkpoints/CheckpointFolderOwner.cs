using System;
using System.Diagnostics;
using System.IO;
using System.Text.Json;

namespace TrainDsl.Checkpoints;

/// <summary>The process that holds a checkpoint folder, as it wrote itself down for others to name.</summary>
internal sealed record CheckpointFolderOwner(int ProcessId, string Host, DateTimeOffset Started)
{
    private const int MaxBytes = 4096;

    public static CheckpointFolderOwner Current()
    {
        using Process process = Process.GetCurrentProcess();
        return new CheckpointFolderOwner(process.Id, Environment.MachineName, process.StartTime);
    }

    /// <summary>Writes the note, as a new file: what a link under its name points to is not written to.</summary>
    public void Write(string path)
    {
        File.Delete(path);
        using FileStream file = new(path, FileMode.CreateNew, FileAccess.Write, FileShare.Read, bufferSize: 0);
        file.Write(JsonSerializer.SerializeToUtf8Bytes(this));
    }

    /// <summary>Reads an owner's note; null where it is missing, unreadable or just being written.</summary>
    public static CheckpointFolderOwner? TryRead(string path)
    {
        try
        {
            return JsonSerializer.Deserialize<CheckpointFolderOwner>(RegularFile.ReadAll(path, MaxBytes));
        }
        catch (Exception e) when (e is JsonException || CheckpointIOException.IsFileSystemFailure(e))
        {
            return null;
        }
    }
}
