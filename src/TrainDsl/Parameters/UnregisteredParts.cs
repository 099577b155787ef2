using System;
using System.Collections;
using System.Collections.Generic;
using System.Linq;
using System.Reflection;
using System.Runtime.CompilerServices;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace TrainDsl.Parameters;

/// <summary>
/// Finds layers and parameters that a model reaches by its fields and that are not registered with it: they would not be trained, saved, copied to other
/// replicas or put into eval mode, and nothing would say so.
/// </summary>
/// <remarks>
/// A layer that is kept apart on purpose, a teacher say, is left alone if it is not trained: if its parameters have <c>requires_grad = false</c> and it is in
/// eval mode, or has nothing that a mode changes.
/// </remarks>
internal static class UnregisteredParts
{
    // How far objects of the user's own types are followed: layers lie in a list, a tuple or a small class, not deeper.
    private const int Depth = 4;
    private const int MostListed = 5;

    /// <summary>Refuses a model that has such parts.</summary>
    /// <param name="model">The model.</param>
    /// <exception cref="InvalidOperationException">The message lists them, with the remedy.</exception>
    internal static void Refuse(nn.Module model)
    {
        List<string> found = Of(model);
        if (found.Count > 0)
        {
            string more = found.Count > MostListed ? $"\n  and {found.Count - MostListed} more" : "";
            throw new InvalidOperationException(
                $"The model {model.GetName()} has parts that are not registered with it, so that they would not be trained, saved or copied:\n  "
                + string.Join("\n  ", found.Take(MostListed)) + more
                + "\nKeep layers in fields of their own, in a ModuleList<T> or a ModuleDict<T>, or call register_module, and call RegisterComponents() last in the constructor; "
                + "make a trained tensor a Parameter. A part that is not to be trained is left alone once its parameters have requires_grad = false and it is in eval mode.");
        }
    }

    /// <summary>A line for each such part: where it is, and what.</summary>
    internal static List<string> Of(nn.Module model)
    {
        List<nn.Module> modules = ModuleParts.AllOf(model);
        var search = new Search(modules);
        foreach ((nn.Module module, string path) in Named(model, modules))
        {
            search.Fields(module, path, Depth);
        }

        return search.Found;
    }

    private static IEnumerable<(nn.Module Module, string Path)> Named(nn.Module model, List<nn.Module> modules)
    {
        var names = new Dictionary<nn.Module, string>(ReferenceEqualityComparer.Instance);
        foreach ((string name, nn.Module module) in model.named_modules())
        {
            names.TryAdd(module, name + ".");
        }

        return modules.Select(module => (module, ReferenceEquals(module, model) ? "" : names.GetValueOrDefault(module, "")));
    }

    private sealed class Search
    {
        private readonly HashSet<object> _seen = new(ReferenceEqualityComparer.Instance);
        private readonly HashSet<object> _registered = new(ReferenceEqualityComparer.Instance);
        private readonly HashSet<Type> _statics = [];

        public Search(List<nn.Module> modules)
        {
            foreach (nn.Module module in modules)
            {
                _registered.Add(module);
                foreach ((_, Parameter parameter) in ModuleParts.AllParameters(module))
                {
                    _registered.Add(parameter);
                }
            }
        }

        public List<string> Found { get; } = [];

        public void Fields(object owner, string path, int depth)
        {
            for (Type? type = owner.GetType(); type is not null && IsUsers(type); type = type.BaseType)
            {
                bool withStatics = owner is nn.Module && _statics.Add(type);
                BindingFlags flags = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly | BindingFlags.Instance
                    | (withStatics ? BindingFlags.Static : 0);
                foreach (FieldInfo field in type.GetFields(flags))
                {
                    if (MayHold(field.FieldType) && field.GetValue(field.IsStatic ? null : owner) is { } value)
                    {
                        Value(value, path + NameOf(field), depth);
                    }
                }
            }
        }

        private void Value(object value, string path, int depth)
        {
            if (_registered.Contains(value) || (!value.GetType().IsValueType && !_seen.Add(value)))
            {
                return;
            }

            switch (value)
            {
                case nn.Module module:
                    Module(module, path);
                    break;
                case Parameter parameter:
                    if (!parameter.IsInvalid && parameter.requires_grad)
                    {
                        Found.Add($"{path}: a parameter [{string.Join(", ", parameter.shape)}]");
                    }

                    break;
                case Tensor tensor:
                    if (!tensor.IsInvalid && tensor.requires_grad && tensor.is_leaf)
                    {
                        Found.Add($"{path}: a tensor [{string.Join(", ", tensor.shape)}] that requires a gradient and is no Parameter");
                    }

                    break;
                case Delegate function:
                    foreach (Delegate one in function.GetInvocationList())
                    {
                        if (one.Target is { } target && depth > 0)
                        {
                            Follow(target, path, depth - 1);
                        }
                    }

                    break;
                case IDictionary dictionary when depth > 0:
                    foreach (DictionaryEntry entry in dictionary)
                    {
                        Element(entry.Key, $"{path}[key]", depth - 1);
                        Element(entry.Value, $"{path}[{entry.Key}]", depth - 1);
                    }

                    break;

                // Of what can be enumerated only what has its elements already: a query would run user code.
                case ICollection when depth > 0 && MayHoldElements(value.GetType()):
                    int index = 0;
                    foreach (object? element in (IEnumerable)value)
                    {
                        Element(element, $"{path}[{index++}]", depth - 1);
                    }

                    break;
                case ITuple tuple when depth > 0:
                    for (int i = 0; i < tuple.Length; i++)
                    {
                        Element(tuple[i], $"{path}.Item{i + 1}", depth - 1);
                    }

                    break;
                default:
                    Other(value, path, depth);
                    break;
            }
        }

        private void Other(object value, string path, int depth)
        {
            Type type = value.GetType();
            if (depth == 0)
            {
                return;
            }

            if (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(Lazy<>))
            {
                if (type.GetProperty("IsValueCreated")!.GetValue(value) is true)
                {
                    Element(type.GetProperty("Value")!.GetValue(value), path + ".Value", depth - 1);
                }
            }
            else if (IsSet(type))
            {
                int index = 0;
                foreach (object? element in (IEnumerable)value)
                {
                    Element(element, $"{path}[{index++}]", depth - 1);
                }
            }
            else
            {
                Follow(value, path, depth - 1);
            }
        }

        private void Element(object? value, string path, int depth)
        {
            if (value is not null && MayHold(value.GetType()))
            {
                Value(value, path, depth);
            }
        }

        private void Follow(object value, string path, int depth)
        {
            if (value is nn.Module or Tensor)
            {
                Value(value, path, depth);
            }
            else if (IsUsers(value.GetType()))
            {
                Fields(value, path + ".", depth);
            }
        }

        private void Module(nn.Module module, string path)
        {
            List<StateTensor> state = ModelState.Of(module);
            long trained = state.Where(static tensor => tensor is { IsParameter: true, IsAlias: false } && tensor.Value.requires_grad)
                .Sum(static tensor => tensor.Value.numel());
            if (trained > 0)
            {
                Found.Add($"{path}: {module.GetName()} with {trained} trainable parameters");
            }
            else if (ModuleParts.AllOf(module).Exists(static part => part.training && IsChangedByMode(part)))
            {
                Found.Add($"{path}: {module.GetName()}, which would stay in train mode during evaluation");
            }
        }

        private static bool IsChangedByMode(nn.Module module)
        {
            for (Type? type = module.GetType(); type is not null && type != typeof(nn.Module); type = type.BaseType)
            {
                if (type.Name.Contains("Dropout", StringComparison.Ordinal) || type.Name.StartsWith("BatchNorm", StringComparison.Ordinal))
                {
                    return true;
                }
            }

            return false;
        }

        private static bool IsSet(Type type) => type.GetInterfaces()
            .Any(static contract => contract.IsGenericType && contract.GetGenericTypeDefinition() is { } generic
                && (generic == typeof(ICollection<>) || generic == typeof(IReadOnlyCollection<>)));

        private static bool MayHold(Type type) => !type.IsPrimitive && !type.IsEnum && !type.IsPointer && type != typeof(string) && type != typeof(decimal);

        private static bool MayHoldElements(Type type) => type.GetElementType() is not { } element || MayHold(element);

        // Layers of TorchSharp register what they hold; what the framework has besides collections and tuples holds no layers.
        private static bool IsUsers(Type type) => type.Assembly != typeof(nn.Module).Assembly && type.Assembly != typeof(object).Assembly
            && type.Namespace?.StartsWith("System", StringComparison.Ordinal) != true;

        private static string NameOf(FieldInfo field)
            => field.Name.StartsWith('<') && field.Name.IndexOf('>', StringComparison.Ordinal) is > 1 and var end ? field.Name[1..end] : field.Name;
    }
}
