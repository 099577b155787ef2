using System;
using System.Collections.Generic;
using System.IO;
using TrainDsl.Native;
using static TorchSharp.torch;

namespace TrainDsl.Checkpoints;

/// <summary>A file of weights outside of a run: where it is, and its tensors as libtorch's.</summary>
internal static unsafe class WeightsFile
{
    /// <summary>The file that a path names: itself, that of a checkpoint, or that of the newest whole checkpoint in a folder.</summary>
    /// <exception cref="IOException">There is none.</exception>
    internal static string Find(string path)
    {
        if (!Directory.Exists(path))
        {
            return File.Exists(path) ? path
                : throw new FileNotFoundException($"There are no weights at '{path}': it is neither a file nor a folder. Check the path.", path);
        }

        string own = Path.Combine(path, RunTensors.ModelFile);
        if (File.Exists(own))
        {
            return own;
        }

        CheckpointInfo? newest = new CheckpointStore(path).FindLatest(out IReadOnlyList<CheckpointProblem> skipped);
        string problems = skipped.Count == 0 ? "" : $" Passed over: {string.Join(" ", skipped)}";
        return newest?.PathOf(RunTensors.ModelFile) ?? throw new FileNotFoundException(
            $"There are no weights in '{path}': it holds neither {RunTensors.ModelFile} nor a whole checkpoint. Check the path.{problems}", own);
    }

    /// <summary>Whether a tensor of a file can be given to one of a model: the element types are the same, or both are of floating point.</summary>
    internal static bool Converts(SafetensorsDtype from, ScalarType to)
        => TorchDtypes.TypeOf(from) is { } type && (type == to || (IsReal(type) && IsReal(to)));

    /// <summary>Gives a tensor the values of one of a file, which has its shape.</summary>
    internal static void Copy(SafetensorsReader file, SafetensorsEntry entry, Tensor destination)
    {
        if (entry.ByteLength == 0)
        {
            return;
        }

        // By way of a tensor of the file's element type: the copy converts, and reaches devices and strided tensors.
        using Tensor staged = empty(entry.Shape.ToArray(), TorchDtypes.TypeOf(entry.Dtype)!.Value, CPU).DetachFromDisposeScope();
        Buffer.MemoryCopy(file.GetPointer(entry), TensorMemory.Address(staged.Handle), entry.ByteLength, entry.ByteLength);
        using var noGradient = new NoGradient();
        TensorMemory.Copy(destination.Handle, staged.Handle);
        GC.KeepAlive(destination);
    }

    private static bool IsReal(ScalarType type) => type is ScalarType.Float16 or ScalarType.BFloat16 or ScalarType.Float32 or ScalarType.Float64;
}
