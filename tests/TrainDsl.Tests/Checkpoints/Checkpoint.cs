using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using TrainDsl.Checkpoints;
using Xunit;

namespace TrainDsl.Tests.Checkpoints;

/// <summary>Checkpoints whose every byte follows from the step, so that a mixed or torn one shows.</summary>
internal static class Checkpoint
{
    public const int WeightBytes = 3000;

    public static IReadOnlyList<CheckpointFile> Files(long step) =>
    [
        new("model.safetensors", stream =>
        {
            // In two writes, so that a fault can fall between them.
            byte[] weights = Weights(step);
            stream.Write(weights.AsSpan(0, 1000));
            stream.Write(weights.AsSpan(1000));
        }),
        new("state.json", stream => stream.Write(State(step))),
    ];

    public static byte[] Weights(long step) => [.. Enumerable.Range(0, WeightBytes).Select(i => (byte)(i + (step * 13)))];

    public static byte[] State(long step) => System.Text.Encoding.UTF8.GetBytes($"{{\"step\":{step}}}");

    public static void AssertWhole(CheckpointInfo checkpoint)
    {
        Assert.Null(CheckpointStore.Verify(checkpoint));
        Assert.Equal(["model.safetensors", "state.json"], checkpoint.Files.Select(file => file.Name));
        Assert.Equal(Weights(checkpoint.Step), File.ReadAllBytes(checkpoint.PathOf("model.safetensors")));
        Assert.Equal(State(checkpoint.Step), File.ReadAllBytes(checkpoint.PathOf("state.json")));
    }

    /// <summary>The names in a folder.</summary>
    public static string[] Names(string folder) => [.. Directory.EnumerateFileSystemEntries(folder).Select(path => Path.GetFileName(path)).Order()];
}
