using System;
using System.Collections.Generic;
using TorchSharp.Modules;
using TrainDsl.Devices;
using static TorchSharp.torch;

namespace TrainDsl.Parameters;

/// <summary>The trainable parameters of one element type in one flat buffer, and their gradients in another of the same layout.</summary>
public sealed class ParameterBuffer : IDisposable
{
    // 64 bytes: a cache line, and the alignment that libtorch gives to a tensor of its own. Kernels see views as they see separate tensors.
    private const int AlignmentBytes = 64;

    private readonly List<ParameterGroup> _groups = [];
    private readonly List<ParameterSlot> _slots = [];
    private readonly List<Parameter> _trained = [];
    private readonly List<Tensor> _views = [];

    internal ParameterBuffer(
        ScalarType elementType, Device device, List<TiedParameters> parameters, DecayOnly decayOnly, ICollective? members, ParameterBuffer? shared)
    {
        ElementType = elementType;
        (List<TiedParameters> decaying, List<TiedParameters> others) = Split(parameters, decayOnly);
        long decayingCount = Place(decaying, start: 0);
        long count = Place(others, decayingCount);

        Values = (shared is null ? zeros(count, elementType, device) : shared.Values.alias()).DetachFromDisposeScope();
        Gradients = zeros(count, elementType, device).DetachFromDisposeScope();
        Shard = members is null ? new Shard(0, count) : Shard.Of(count, members.Rank, members.Size);
        ShardGradients = Gradients.narrow(0, Shard.Start, Shard.Length).DetachFromDisposeScope();
        AddGroup(0, decayingCount, decays: true);
        AddGroup(decayingCount, count, decays: false);

        int slot = 0;
        foreach (TiedParameters parameter in decaying)
        {
            Move(parameter, _slots[slot++], copies: shared is null);
        }

        foreach (TiedParameters parameter in others)
        {
            Move(parameter, _slots[slot++], copies: shared is null);
        }
    }

    /// <summary>The element type of parameters and gradients.</summary>
    public ScalarType ElementType { get; }

    /// <summary>All parameters, shape [elements with padding]; padding is zero and stays so.</summary>
    public Tensor Values { get; }

    /// <summary>All gradients, in the layout of <see cref="Values"/>.</summary>
    public Tensor Gradients { get; }

    /// <summary>The part of the buffer that this replica updates: all of it where there is one replica.</summary>
    internal Shard Shard { get; }

    /// <summary>The gradients of the shard.</summary>
    internal Tensor ShardGradients { get; }

    /// <summary>The groups, in the order of their offsets; together they cover this replica's shard of the buffer.</summary>
    public IReadOnlyList<ParameterGroup> Groups => _groups;

    /// <summary>Where each parameter lies.</summary>
    public IReadOnlyList<ParameterSlot> Slots => _slots;

    /// <summary>The number of parameters (elements, padding left out).</summary>
    public long ParameterCount { get; private set; }

    /// <summary>Releases the buffers and the parameters' gradients; a model whose parameters are views keeps the values' memory alive.</summary>
    public void Dispose()
    {
        foreach (Parameter parameter in _trained)
        {
            if (!parameter.IsInvalid)
            {
                parameter.grad = null;
            }
        }

        foreach (ParameterGroup group in _groups)
        {
            group.Dispose();
        }

        foreach (Tensor view in _views)
        {
            view.Dispose();
        }

        ShardGradients.Dispose();
        Values.Dispose();
        Gradients.Dispose();
    }

    private static (List<TiedParameters> Decaying, List<TiedParameters> Others) Split(List<TiedParameters> members, DecayOnly decayOnly) =>
        decayOnly == DecayOnly.All
            ? (members, [])
            : (members.FindAll(static m => m.First.Value.dim() >= 2), members.FindAll(static m => m.First.Value.dim() < 2));

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

        using Tensor flatGradient = Gradients.narrow(0, slot.Offset, slot.Count);
        Tensor gradient = flatGradient.view(slot.Shape).DetachFromDisposeScope();
        _views.Add(gradient);
        Replace(member.First.Value, view, gradient);
        foreach (NamedParameter other in member.Others)
        {
            Replace(other.Value, view, gradient);
        }
    }

    private void Replace(Parameter parameter, Tensor values, Tensor gradient)
    {
        parameter.set_(values);
        if (parameter.requires_grad)
        {
            _trained.Add(parameter);
            parameter.grad = gradient;
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
