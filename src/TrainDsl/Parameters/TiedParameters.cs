using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using TorchSharp.Modules;
using TrainDsl.Native;
using static TorchSharp.torch;

namespace TrainDsl.Parameters;

/// <summary>
/// The parameters of a model that are one memory: a trainable one, and the others over the same elements. Most have no others. One parameter
/// under several names is one here already.
/// </summary>
internal sealed class TiedParameters
{
    private readonly List<NamedParameter> _others = [];

    private TiedParameters(NamedParameter first) => First = first;

    /// <summary>The first trainable one by the order of the model's names.</summary>
    internal NamedParameter First { get; }

    /// <summary>The others, trainable or frozen.</summary>
    internal IReadOnlyList<NamedParameter> Others => _others;

    /// <summary>All trainable parameters of a model, tied ones together, in the order of the model's names.</summary>
    /// <exception cref="ArgumentException">Two share memory in different layouts: one cannot follow the other into a flat buffer.</exception>
    internal static List<TiedParameters> Of(nn.Module model)
    {
        List<NamedParameter> all = [.. model.named_parameters().Select(static named => new NamedParameter(named.name, named.parameter))];
        var result = new List<TiedParameters>();
        var byMemory = new Dictionary<nint, TiedParameters>();

        // Frozen parameters come last: they follow a trainable one wherever its name stands.
        foreach (NamedParameter parameter in all.Where(static p => p.Value.requires_grad).Concat(all.Where(static p => !p.Value.requires_grad)))
        {
            if (byMemory.TryGetValue(Memory(parameter.Value), out TiedParameters? tied))
            {
                tied.Add(parameter, model);
            }
            else if (parameter.Value.requires_grad)
            {
                tied = new TiedParameters(parameter);
                byMemory.Add(Memory(parameter.Value), tied);
                result.Add(tied);
            }
        }

        return result;
    }

    private void Add(NamedParameter other, nn.Module model)
    {
        if (ReferenceEquals(other.Value, First.Value))
        {
            return;
        }

        if (other.Value.dtype != First.Value.dtype
            || !other.Value.shape.AsSpan().SequenceEqual(First.Value.shape)
            || !other.Value.stride().AsSpan().SequenceEqual(First.Value.stride()))
        {
            throw new ArgumentException(
                $"Parameters '{First.Name}' [{string.Join(", ", First.Value.shape)}] and '{other.Name}' [{string.Join(", ", other.Value.shape)}] "
                + $"of the model {model.GetName()} share memory in different layouts. Register one of them, and take the other from it in forward.",
                nameof(model));
        }

        _others.Add(other);
    }

    private static unsafe nint Memory(Parameter parameter) =>
        parameter.numel() == 0 ? parameter.Handle : (nint)TensorMemory.Address(parameter.Handle);
}
