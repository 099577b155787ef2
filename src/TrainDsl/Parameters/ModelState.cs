using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace TrainDsl.Parameters;

/// <summary>
/// The whole state of a model, listed in one place: parameters trained or not, buffers persistent or not, under every name that they have. Copies to replicas,
/// broadcasts, checkpoints, the undoing of a step and memory figures go by it.
/// </summary>
internal static class ModelState
{
    /// <summary>Every tensor under every name, in the order in which modules hold them: a module's parameters, its buffers, then its submodules.</summary>
    /// <param name="model">The model.</param>
    internal static List<StateTensor> Of(nn.Module model)
    {
        var state = new List<StateTensor>();
        Add(model, "", state, [], new HashSet<nn.Module>(ReferenceEqualityComparer.Instance));
        return state;
    }

    /// <summary>The buffers, each once.</summary>
    /// <param name="model">The model.</param>
    internal static IEnumerable<StateTensor> BuffersOf(nn.Module model) => Of(model).Where(static tensor => tensor is { IsParameter: false, IsAlias: false });

    /// <summary>The parameters that are not trained, each once.</summary>
    /// <param name="model">The model.</param>
    internal static IEnumerable<StateTensor> FrozenOf(nn.Module model)
        => Of(model).Where(static tensor => tensor is { IsParameter: true, IsAlias: false } && !tensor.Value.requires_grad);

    // A module that holds itself, through others, is listed once on the way down; one that is held twice is listed under both names.
    private static void Add(nn.Module module, string prefix, List<StateTensor> state, HashSet<nint> seen, HashSet<nn.Module> above)
    {
        if (!above.Add(module))
        {
            return;
        }

        foreach ((string name, Parameter parameter) in ModuleParts.AllParameters(module))
        {
            if (!parameter.IsInvalid)
            {
                state.Add(new StateTensor(prefix + name, parameter, IsPersistent: true, IsAlias: !seen.Add(parameter.Handle)));
            }
        }

        foreach ((string name, Tensor buffer, bool isPersistent) in ModuleParts.AllBuffers(module))
        {
            if (buffer is { IsInvalid: false })
            {
                state.Add(new StateTensor(prefix + name, buffer, isPersistent, IsAlias: !seen.Add(buffer.Handle)));
            }
        }

        foreach ((string name, nn.Module submodule) in module.named_children())
        {
            Add(submodule, $"{prefix}{name}.", state, seen, above);
        }

        above.Remove(module);
    }
}
