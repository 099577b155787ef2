using System;
using System.Collections.Generic;
using System.Reflection;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace TrainDsl.Parameters;

/// <summary>
/// A place where a module holds a parameter, a buffer or a submodule: a field, or an entry of what is registered with it. Reading it allocates no managed memory.
/// </summary>
internal readonly struct ModelPlace
{
    private readonly nn.Module _module;
    private readonly FieldInfo? _field;
    private readonly string _name;
    private readonly object _held;

    private ModelPlace(nn.Module module, string name, object held, string path, FieldInfo? field = null)
    {
        _module = module;
        _name = name;
        _held = held;
        _field = field;
        Path = path;
    }

    /// <summary>The dotted name of what it held when it was listed.</summary>
    internal string Path { get; }

    /// <summary>Whether it holds what it held when it was listed.</summary>
    internal bool IsUnchanged => ReferenceEquals(Current, _held);

    private object? Current => _field is not null ? _field.GetValue(_module)
        : _held is Parameter ? ModuleParts.Parameters(_module).TryGetValue(_name, out Parameter? parameter) ? parameter : null
        : _held is Tensor ? ModuleParts.Buffers(_module).TryGetValue(_name, out (Tensor Value, bool) buffer) ? buffer.Value : null
        : ModuleParts.Submodules(_module).TryGetValue(_name, out nn.Module? submodule) ? submodule : null;

    /// <summary>The places of a model's parameters, buffers and submodules.</summary>
    /// <param name="model">The model.</param>
    internal static List<ModelPlace> Of(nn.Module model)
    {
        var places = new List<ModelPlace>();
        Add(model, "", places, new HashSet<object>(ReferenceEqualityComparer.Instance));
        return places;
    }

    private static void Add(nn.Module module, string prefix, List<ModelPlace> places, HashSet<object> seen)
    {
        if (!seen.Add(module))
        {
            return;
        }

        var held = new Dictionary<object, string>(ReferenceEqualityComparer.Instance);
        foreach ((string name, Parameter parameter) in ModuleParts.Parameters(module))
        {
            held.TryAdd(parameter, prefix + name);
            places.Add(new ModelPlace(module, name, parameter, prefix + name));
        }

        foreach ((string name, (Tensor buffer, _)) in ModuleParts.Buffers(module))
        {
            if (buffer is not null)
            {
                held.TryAdd(buffer, prefix + name);
                places.Add(new ModelPlace(module, name, buffer, prefix + name));
            }
        }

        foreach ((string name, nn.Module submodule) in ModuleParts.Submodules(module))
        {
            held.TryAdd(submodule, prefix + name);
            places.Add(new ModelPlace(module, name, submodule, prefix + name));
        }

        // A layer reads its own fields: what is assigned to one takes effect whether it is registered or not.
        for (Type? type = module.GetType(); type is not null && type != typeof(nn.Module); type = type.BaseType)
        {
            foreach (FieldInfo field in type.GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly))
            {
                if (!field.FieldType.IsValueType && field.GetValue(module) is { } value && held.TryGetValue(value, out string? path))
                {
                    places.Add(new ModelPlace(module, field.Name, value, path, field));
                }
            }
        }

        // A Sequential keeps what it holds in a list of its own, which nothing can be taken out of.
        foreach ((string name, nn.Module submodule) in module.named_children())
        {
            Add(submodule, $"{prefix}{name}.", places, seen);
        }
    }
}
