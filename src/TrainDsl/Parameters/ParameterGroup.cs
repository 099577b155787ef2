using System;
using static TorchSharp.torch;

namespace TrainDsl.Parameters;

/// <summary>A range of a flat buffer whose parameters share the optimizer's settings.</summary>
public sealed class ParameterGroup : IDisposable
{
    internal ParameterGroup(ParameterBuffer buffer, long offset, long count, bool decays)
    {
        Buffer = buffer;
        Offset = offset;
        Count = count;
        Decays = decays;
        Values = buffer.Values.narrow(0, offset, count).DetachFromDisposeScope();
        Gradients = buffer.Gradients.narrow(0, offset, count).DetachFromDisposeScope();
    }

    /// <summary>The buffer that the group is a part of.</summary>
    public ParameterBuffer Buffer { get; }

    /// <summary>Elements of the buffer before the group.</summary>
    public long Offset { get; }

    /// <summary>Elements in the group, padding included.</summary>
    public long Count { get; }

    /// <summary>Whether weight decay applies to the group.</summary>
    public bool Decays { get; }

    /// <summary>The parameters, shape [Count].</summary>
    public Tensor Values { get; }

    /// <summary>The gradients, shape [Count].</summary>
    public Tensor Gradients { get; }

    /// <summary>Releases the views.</summary>
    public void Dispose()
    {
        Values.Dispose();
        Gradients.Dispose();
    }
}
