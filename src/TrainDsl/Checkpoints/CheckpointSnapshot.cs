using System;
using System.Collections.Generic;
using System.Linq;

namespace TrainDsl.Checkpoints;

/// <summary>What a checkpoint consists of besides its small JSON: made once for a run, and copied from at each checkpoint.</summary>
internal sealed class CheckpointSnapshot
{
    /// <summary>The name of the file for the JSON that is given with each checkpoint.</summary>
    public const string StateFile = "state.json";

    // One cache line: keeps every element type aligned, and memcpy at its fastest.
    private const long Alignment = 64;

    private readonly long[] _offsets;

    /// <exception cref="ArgumentException">Two files have the same name, or one is named state.json.</exception>
    public CheckpointSnapshot(params IReadOnlyList<CheckpointSnapshotFile> files)
    {
        HashSet<string> names = new(StringComparer.OrdinalIgnoreCase) { StateFile };
        foreach (CheckpointSnapshotFile file in files)
        {
            if (!names.Add(file.Name))
            {
                throw new ArgumentException($"Two files of the snapshot are named '{file.Name}'.", nameof(files));
            }
        }

        Files = files;
        Tensors = [.. files.SelectMany(file => file.Tensors)];
        _offsets = new long[Tensors.Length];
        for (int i = 0; i < Tensors.Length; i++)
        {
            _offsets[i] = ByteLength;
            ByteLength = checked(ByteLength + ((Tensors[i].ByteLength + Alignment - 1) / Alignment * Alignment));
        }
    }

    public IReadOnlyList<CheckpointSnapshotFile> Files { get; }

    /// <summary>The tensors of all files, one file after the other.</summary>
    public SafetensorsTensor[] Tensors { get; }

    /// <summary>Where in the spare buffer each of <see cref="Tensors"/> is copied to.</summary>
    public ReadOnlySpan<long> Offsets => _offsets;

    /// <summary>The bytes of spare memory that a copy takes.</summary>
    public long ByteLength { get; }
}
