using System;
using System.Collections.Generic;
using System.Linq;
using System.Runtime.CompilerServices;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace TrainDsl.Parameters;

/// <summary>What is registered with a module itself, as TorchSharp keeps it: its own listings leave out buffers that are not persistent and second names.</summary>
internal static class ModuleParts
{
    /// <summary>The parameters that are registered with a module, by name.</summary>
    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_internal_params")]
    internal static extern ref TorchSharp.Utils.OrderedDict<string, Parameter> Parameters(nn.Module module);

    /// <summary>The buffers that are registered with a module, by name, each with whether it is persistent.</summary>
    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_internal_buffers")]
    internal static extern ref TorchSharp.Utils.OrderedDict<string, ValueTuple<Tensor, bool>> Buffers(nn.Module module);

    /// <summary>The modules that are registered with a module, by name.</summary>
    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_internal_submodules")]
    internal static extern ref TorchSharp.Utils.OrderedDict<string, nn.Module> Submodules(nn.Module module);

    /// <summary>Every parameter of a module itself by name, those of lists and dictionaries of parameters included.</summary>
    internal static List<(string Name, Parameter Parameter)> AllParameters(nn.Module module)
    {
        var all = new List<(string Name, Parameter Parameter)>();
        foreach ((string name, Parameter parameter) in Parameters(module))
        {
            all.Add((name, parameter));
        }

        all.AddRange(module.named_parameters(recurse: false).Where(listed => !all.Exists(known => known.Name == listed.name)));
        return all;
    }

    /// <summary>Every buffer of a module itself by name, those that are not persistent included.</summary>
    internal static List<(string Name, Tensor Buffer, bool IsPersistent)> AllBuffers(nn.Module module)
    {
        var all = new List<(string Name, Tensor Buffer, bool IsPersistent)>();
        foreach ((string name, (Tensor buffer, bool isPersistent)) in Buffers(module))
        {
            all.Add((name, buffer, isPersistent));
        }

        all.AddRange(module.named_buffers(recurse: false).Where(listed => !all.Exists(known => known.Name == listed.name))
            .Select(static listed => (listed.name, listed.buffer, true)));
        return all;
    }

    /// <summary>A model and every module in it, each once, those that hold others before these.</summary>
    internal static List<nn.Module> AllOf(nn.Module model)
    {
        var all = new List<nn.Module>();
        var seen = new HashSet<nn.Module>(ReferenceEqualityComparer.Instance);
        Add(model);
        return all;

        void Add(nn.Module module)
        {
            if (seen.Add(module))
            {
                all.Add(module);
                // A Sequential keeps what it holds in a list of its own.
                foreach ((_, nn.Module submodule) in module.named_children())
                {
                    Add(submodule);
                }
            }
        }
    }
}
