using System;
using System.Collections.Generic;
using System.Linq;
using TrainDsl.Parameters;

namespace TrainDsl.Checkpoints;

/// <summary>Compares the tensors of a weights file with those of a model, without changing either.</summary>
internal static class WeightsComparison
{
    /// <param name="state">The tensors of the model that are kept in files, under all of their names.</param>
    /// <param name="file">The file.</param>
    internal static WeightsReport Of(IReadOnlyList<StateTensor> state, SafetensorsReader file)
    {
        List<string> loaded = [];
        List<string> missing = [];
        List<WeightsMismatch> mismatched = [];

        // A tensor may be left out under its other names, as PyTorch's save_model does.
        foreach (IGrouping<nint, StateTensor> names in state.GroupBy(static tensor => tensor.Value.Handle))
        {
            StateTensor first = names.First();
            SafetensorsEntry[] found = [.. names.Select(tensor => file.TryGetEntry(tensor.Name, out SafetensorsEntry? entry) ? entry : null).OfType<SafetensorsEntry>()];
            if (found.Length == 0)
            {
                missing.Add(first.Name);
            }
            else if (Array.Find(found, entry => !Fits(entry, first)) is { } other)
            {
                mismatched.Add(new WeightsMismatch(other.Name, Describe(other), Describe(first)));
            }
            else if (Array.Find(found, entry => !HasSameBytes(file, entry, found[0])) is { } different)
            {
                mismatched.Add(new WeightsMismatch(different.Name, $"another tensor than '{found[0].Name}'", "the same one"));
            }
            else
            {
                loaded.Add(found[0].Name);
            }
        }

        HashSet<string> known = [.. state.Select(static tensor => tensor.Name)];
        return new WeightsReport(loaded, missing, [.. file.Entries.Select(static entry => entry.Name).Where(name => !known.Contains(name))], mismatched);
    }

    private static bool Fits(SafetensorsEntry entry, StateTensor tensor)
        => entry.Shape.SequenceEqual(tensor.Value.shape) && WeightsFile.Converts(entry.Dtype, tensor.Value.dtype);

    private static unsafe bool HasSameBytes(SafetensorsReader file, SafetensorsEntry entry, SafetensorsEntry other)
    {
        byte* left = file.GetPointer(entry);
        byte* right = file.GetPointer(other);
        for (long offset = 0; offset < entry.ByteLength; offset += int.MaxValue)
        {
            int count = (int)Math.Min(int.MaxValue, entry.ByteLength - offset);
            if (!new ReadOnlySpan<byte>(left + offset, count).SequenceEqual(new ReadOnlySpan<byte>(right + offset, count)))
            {
                return false;
            }
        }

        return entry.Dtype == other.Dtype;
    }

    private static string Describe(SafetensorsEntry entry) => $"{SafetensorsDtypes.Name(entry.Dtype)} [{string.Join(", ", entry.Shape.ToArray())}]";

    private static string Describe(StateTensor tensor)
        => $"{(TorchDtypes.Find(tensor.Value.dtype) is { } dtype ? SafetensorsDtypes.Name(dtype) : tensor.Value.dtype.ToString())} [{string.Join(", ", tensor.Value.shape)}]";
}
