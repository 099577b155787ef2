using System;
using System.Collections.Generic;
using TorchSharp.Modules;
using TrainDsl.Devices;
using TrainDsl.Native;
using static TorchSharp.torch;

namespace TrainDsl.Parameters;

/// <summary>The trainable parameters of one element type in one flat buffer, and their gradients in another of the same layout.</summary>
/// <remarks>
/// Gradients of 16-bit parameters arrive in a buffer of their own element type and are added up in float32: a sum of 16 bits stops growing after a few hundred
/// micro-batches.
/// </remarks>
public sealed class ParameterBuffer : IDisposable
{
    // 64 bytes: a cache line, and the alignment that libtorch gives to a tensor of its own. Kernels see views as they see separate tensors.
    private const int AlignmentBytes = 64;

    private readonly List<ParameterGroup> _groups = [];
    private readonly List<ParameterSlot> _slots = [];
    private readonly List<TrainedParameter> _trained = [];
    private Tensor? _arrivals;
    private bool _hasArrivals;

    internal ParameterBuffer(
        ScalarType elementType, Device device, List<TiedParameters> parameters, DecayRule decay, ICollective? members, ParameterBuffer? shared)
    {
        ElementType = elementType;
        StateType = elementType is ScalarType.Float16 or ScalarType.BFloat16 ? ScalarType.Float32 : elementType;
        List<TiedParameters> decaying = parameters.FindAll(member => decay.Decays(member.First.Value));
        List<TiedParameters> others = parameters.FindAll(member => !decay.Decays(member.First.Value));
        long decayingCount = Place(decaying, start: 0);
        long count = Place(others, decayingCount);

        Values = (shared is null ? zeros(count, elementType, device) : shared.Values.alias()).DetachFromDisposeScope();
        Gradients = zeros(count, StateType, device).DetachFromDisposeScope();
        Shard = members is null ? new Shard(0, count) : Shard.Of(count, members.Rank, members.Size);
        ShardGradients = Gradients.narrow(0, Shard.Start, Shard.Length).DetachFromDisposeScope();
        AddGroup(0, decayingCount, decays: true);
        AddGroup(decayingCount, count, decays: false);

        int slot = 0;
        foreach (TiedParameters parameter in (List<TiedParameters>)[.. decaying, .. others])
        {
            Move(parameter, _slots[slot++], copies: shared is null);
        }

        if (StateType == ElementType)
        {
            PointAt(Gradients);
        }
        else
        {
            ReceiveApart();
        }
    }

    /// <summary>The element type of the parameters.</summary>
    public ScalarType ElementType { get; }

    /// <summary>The element type of the gradients' sums and of the optimizer's moments: float32 for 16-bit parameters, else theirs.</summary>
    public ScalarType StateType { get; }

    /// <summary>All parameters, shape [elements with padding]; padding is zero and stays so.</summary>
    public Tensor Values { get; }

    /// <summary>All gradients of the global batch, added up in <see cref="StateType"/>, in the layout of <see cref="Values"/>.</summary>
    public Tensor Gradients { get; }

    /// <summary>The part of the buffer that this replica updates: all of it where there is one replica.</summary>
    internal Shard Shard { get; }

    /// <summary>The gradients of the shard.</summary>
    internal Tensor ShardGradients { get; }

    /// <summary>Whether gradients arrive in another tensor than the one they are added up in.</summary>
    internal bool ReceivesApart => _arrivals is not null;

    /// <summary>The groups, in the order of their offsets; together they cover this replica's shard of the buffer.</summary>
    public IReadOnlyList<ParameterGroup> Groups => _groups;

    /// <summary>Where each parameter lies.</summary>
    public IReadOnlyList<ParameterSlot> Slots => _slots;

    /// <summary>The number of parameters (elements, padding left out).</summary>
    public long ParameterCount { get; private set; }

    /// <summary>How often the tensor that gradients arrive in was changed.</summary>
    internal long ArrivalVersion => TensorMemory.Version((_arrivals ?? Gradients).Handle);

    /// <summary>Bytes of the gradients: where they arrive, and where they are added up.</summary>
    internal long GradientBytes => (Gradients.numel() * Gradients.ElementSize) + (_arrivals is null ? 0 : _arrivals.numel() * _arrivals.ElementSize);

    /// <summary>Lets gradients arrive in a tensor of their own, so that each pass's share is applied in <see cref="StateType"/>.</summary>
    internal void ReceiveApart()
    {
        if (_arrivals is null)
        {
            _arrivals = zeros(Values.numel(), ElementType, Values.device).DetachFromDisposeScope();
            PointAt(_arrivals);
        }
    }

    /// <summary>Sets every gradient to zero.</summary>
    internal void Zero()
    {
        TensorMemory.Zero(Gradients.Handle);
        ClearArrivals();
    }

    /// <summary>Empties the tensor that gradients arrive in, if that is another one than the one they are added up in.</summary>
    internal void ClearArrivals()
    {
        if (_hasArrivals)
        {
            TensorMemory.Zero(_arrivals!.Handle);
            _hasArrivals = false;
        }
    }

    /// <summary>Puts back what user code took away of the gradients' views, and adds up what has arrived.</summary>
    /// <param name="share">What gradients that arrive apart are multiplied by.</param>
    /// <returns>Whether a gradient was found in a view's place.</returns>
    internal bool Collect(double share)
    {
        bool found = false;
        foreach (TrainedParameter parameter in _trained)
        {
            found |= parameter.PutBack();
        }

        if (_arrivals is not null)
        {
            _hasArrivals = true;
            TensorMemory.Add(Gradients.Handle, _arrivals.Handle, share);
        }

        return found;
    }

    /// <summary>Makes the parameters' gradients those that the update used, where they arrive apart.</summary>
    internal void Show()
    {
        if (_arrivals is not null)
        {
            TensorMemory.Copy(_arrivals.Handle, Gradients.Handle);
            _hasArrivals = true;
        }
    }

    /// <summary>Releases the buffers and the parameters' gradients; a model whose parameters are views keeps the values' memory alive.</summary>
    public void Dispose()
    {
        foreach (TrainedParameter parameter in _trained)
        {
            parameter.Dispose();
        }

        foreach (ParameterGroup group in _groups)
        {
            group.Dispose();
        }

        _arrivals?.Dispose();
        ShardGradients.Dispose();
        Values.Dispose();
        Gradients.Dispose();
    }

    private long Place(List<TiedParameters> members, long start)
    {
        long elementsPerLine = AlignmentBytes / (int)SizeOf(ElementType);
        long offset = start;
        foreach (TiedParameters member in members)
        {
            (string name, Parameter parameter) = member.First;
            long count = parameter.numel();
            _slots.Add(new ParameterSlot(name, parameter.shape, offset, count));
            ParameterCount += count;
            offset += (count + elementsPerLine - 1) / elementsPerLine * elementsPerLine;
        }

        return offset;
    }

    private void AddGroup(long start, long end, bool decays)
    {
        start = Math.Max(start, Shard.Start);
        end = Math.Min(end, Shard.End);
        if (start < end)
        {
            _groups.Add(new ParameterGroup(this, start, end - start, decays));
        }
    }

    private void Move(TiedParameters member, ParameterSlot slot, bool copies)
    {
        using Tensor flat = Values.narrow(0, slot.Offset, slot.Count);
        using Tensor view = flat.view(slot.Shape);
        if (copies)
        {
            view.copy_(member.First.Value);
        }

        Replace(member.First.Value, view, slot);
        foreach (NamedParameter other in member.Others)
        {
            Replace(other.Value, view, slot);
        }
    }

    private void Replace(Parameter parameter, Tensor values, ParameterSlot slot)
    {
        parameter.set_(values);
        if (parameter.requires_grad)
        {
            _trained.Add(new TrainedParameter(parameter, slot));
        }
    }

    private void PointAt(Tensor gradients)
    {
        foreach (TrainedParameter parameter in _trained)
        {
            parameter.PointAt(gradients);
        }
    }

    private static long SizeOf(ScalarType type) => type switch
    {
        ScalarType.Float64 => 8,
        ScalarType.Float32 => 4,
        ScalarType.Float16 or ScalarType.BFloat16 => 2,
        _ => throw new ArgumentException(
            $"Parameters of element type {type} cannot be trained; float16, bfloat16, float32 and float64 can.", nameof(type)),
    };
}
