using System;
using System.Collections.Generic;

namespace TrainDsl.Checkpoints;

/// <summary>A safetensors file of a snapshot: tensors at fixed places in unmanaged memory, which are read again at each checkpoint.</summary>
internal sealed unsafe class CheckpointSnapshotFile
{
    /// <param name="name">A plain file name, such as "model.safetensors".</param>
    /// <param name="tensors">The tensors; their pointers must stay valid as long as the snapshot is used.</param>
    /// <param name="metadata">Free-form texts to store with them; null for none.</param>
    /// <exception cref="ArgumentException">A tensor's bytes are in managed memory, or the name does not fit.</exception>
    /// <exception cref="SafetensorsException">Names or metadata do not make a valid file.</exception>
    public CheckpointSnapshotFile(string name, IReadOnlyList<SafetensorsTensor> tensors, IReadOnlyDictionary<string, string>? metadata = null)
    {
        if (!CheckpointManifest.IsPlainFileName(name))
        {
            throw new ArgumentException($"'{name}' cannot name a file of a checkpoint: expected letters, digits, '.', '_' and '-'.", nameof(name));
        }

        foreach (SafetensorsTensor tensor in tensors)
        {
            if (tensor.Data == null && tensor.ByteLength > 0)
            {
                throw new ArgumentException(
                    $"Tensor '{tensor.Name}' of '{name}' is in managed memory, and a snapshot copies from pointers.", nameof(tensors));
            }
        }

        Name = name;
        Tensors = tensors;
        Metadata = metadata;

        // Refuses here, at the start of a run, what could not be written at the first checkpoint.
        _ = new SafetensorsLayout(tensors, metadata);
    }

    public string Name { get; }

    public IReadOnlyList<SafetensorsTensor> Tensors { get; }

    public IReadOnlyDictionary<string, string>? Metadata { get; }
}
