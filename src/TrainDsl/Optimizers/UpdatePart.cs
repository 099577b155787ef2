using System;
using System.Collections.Generic;
using TorchSharp;
using TrainDsl.Native;
using TrainDsl.Parameters;
using static TorchSharp.torch;

namespace TrainDsl.Optimizers;

/// <summary>
/// What one call of a fused kernel updates: a parameter group, or a part of one whose parameters are of 16 bits. These are widened to float32, updated by gradients
/// and moments of float32, and rounded once; libtorch's kernels for 16-bit parameters round each moment too, and one of them leaves parameters unchanged
/// (pytorch issue 191763).
/// </summary>
internal sealed class UpdatePart : IDisposable
{
    // Elements that are widened at a time: 4 MiB of float32.
    private const long MostWidened = 1 << 20;

    private readonly Tensor _values;
    private readonly Tensor? _wide;
    private readonly Tensor[] _owned;

    private UpdatePart(Tensor values, Tensor? wide, Tensor gradients, Tensor?[] moments, Tensor[] owned)
    {
        _values = values;
        _wide = wide;
        Gradients = gradients;
        Moments = moments;
        _owned = owned;
    }

    /// <summary>The parameters, in the element type of their gradients.</summary>
    internal Tensor Values => _wide ?? _values;

    /// <summary>Their gradients.</summary>
    internal Tensor Gradients { get; }

    /// <summary>Their moments; null for those that the optimizer does without.</summary>
    internal Tensor?[] Moments { get; }

    /// <summary>Fetches parameters of 16 bits, to be updated.</summary>
    internal void Widen()
    {
        if (_wide is not null)
        {
            TensorMemory.Copy(_wide.Handle, _values.Handle);
        }
    }

    /// <summary>Rounds updated parameters to their 16 bits.</summary>
    internal void Narrow()
    {
        if (_wide is not null)
        {
            TensorMemory.Copy(_values.Handle, _wide.Handle);
        }
    }

    public void Dispose()
    {
        foreach (Tensor tensor in _owned)
        {
            tensor.Dispose();
        }
    }

    /// <summary>The parts that a group is updated in, one after the other.</summary>
    /// <param name="group">The group.</param>
    /// <param name="moments">Its moments, which stay the caller's.</param>
    internal static UpdatePart[] Of(ParameterGroup group, params Tensor?[] moments)
    {
        ParameterBuffer buffer = group.Buffer;
        if (buffer.StateType == buffer.ElementType)
        {
            return [new UpdatePart(group.Values, wide: null, group.Gradients, moments, owned: [])];
        }

        Tensor scratch = empty(Math.Min(group.Count, MostWidened), buffer.StateType, group.Values.device).DetachFromDisposeScope();
        var parts = new List<UpdatePart>();
        for (long start = 0; start < group.Count; start += MostWidened)
        {
            long count = Math.Min(MostWidened, group.Count - start);
            var owned = new List<Tensor>();
            Tensor Slice(Tensor whole, long from)
            {
                Tensor slice = whole.narrow(0, from, count).DetachFromDisposeScope();
                owned.Add(slice);
                return slice;
            }

            if (start == 0)
            {
                owned.Add(scratch);
            }

            Tensor values = Slice(group.Values, start);
            Tensor gradients = Slice(group.Gradients, start);
            Tensor wide = Slice(scratch, 0);
            Tensor?[] parted = Array.ConvertAll(moments, moment => moment is null ? null : Slice(moment, start));
            parts.Add(new UpdatePart(values, wide, gradients, parted, [.. owned]));
        }

        return [.. parts];
    }

    /// <summary>New moments of a group: zeros in the element type of its gradients.</summary>
    internal static Tensor NewMoment(ParameterGroup group) => zeros_like(group.Gradients).DetachFromDisposeScope();
}
