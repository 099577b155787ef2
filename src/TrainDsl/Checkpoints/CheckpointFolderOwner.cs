using System;
using System.Diagnostics;
using System.IO;
using System.Text.Json;

namespace TrainDsl.Checkpoints;

/// <summary>The process that holds a checkpoint folder, as it wrote itself down for others to name.</summary>
internal sealed record CheckpointFolderOwner(int ProcessId, string Host, DateTimeOffset Started)
{
    public static CheckpointFolderOwner Current()
    {
        using Process process = Process.GetCurrentProcess();
        return new CheckpointFolderOwner(process.Id, Environment.MachineName, process.StartTime);
    }

    public void Write(string path) => File.WriteAllBytes(path, JsonSerializer.SerializeToUtf8Bytes(this));

    /// <summary>Reads an owner's note; null where it is missing, unreadable or just being written.</summary>
    public static CheckpointFolderOwner? TryRead(string path)
    {
        try
        {
            return JsonSerializer.Deserialize<CheckpointFolderOwner>(File.ReadAllBytes(path));
        }
        catch (Exception e) when (e is JsonException || CheckpointIOException.IsFileSystemFailure(e))
        {
            return null;
        }
    }
}
