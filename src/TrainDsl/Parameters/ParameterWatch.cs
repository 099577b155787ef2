using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp.Modules;
using TrainDsl.Native;
using static TorchSharp.torch;

namespace TrainDsl.Parameters;

/// <summary>
/// Finds out that user code (a loss, a forward pass, a hook, a monitor) has taken a part of the model out of the run: replaced or converted a parameter, a buffer
/// or a layer, added one, or changed whether a parameter is trained. Which parameters are trained, with their moments and their place in every replica and checkpoint, is fixed for a run; training on would change
/// other memory than the model computes with. Allocates no managed memory where all is well.
/// </summary>
internal sealed unsafe class ParameterWatch
{
    private readonly nn.Module _trained;
    private readonly string _model;
    private readonly Watched[] _parameters;
    private readonly ModelPlace[] _places;
    private readonly HashSet<string> _names;
    private readonly ModuleSize[] _sizes;

    // A layer that the first forward pass makes is seen from the second global batch on.
    private int _checksToSearch = 2;

    /// <summary>Takes the model as it is for what it is to stay.</summary>
    /// <param name="model">The model, whose trainable parameters lie in flat buffers.</param>
    internal ParameterWatch(nn.Module model)
    {
        _trained = model;
        _model = model.GetName();
        _parameters = [.. model.named_parameters().Select(static named => new Watched(named.name, named.parameter))];
        _places = [.. ModelPlace.Of(model)];
        _names = NamesOf(model);
        _sizes = [.. ModuleParts.AllOf(model).Select(static module => new ModuleSize(module))];
    }

    /// <summary>Checks every parameter, and every place of the model that holds a part of it.</summary>
    /// <exception cref="InvalidOperationException">A part was replaced, converted or added, or a parameter frozen or unfrozen.</exception>
    internal void Check()
    {
        CheckParameters();
        foreach (ref readonly ModelPlace place in _places.AsSpan())
        {
            if (!place.IsUnchanged)
            {
                throw Replaced(place.Path, "another object has taken its place");
            }
        }

        foreach (ref readonly ModuleSize size in _sizes.AsSpan())
        {
            if (!size.IsUnchanged)
            {
                throw Added();
            }
        }

        if (_checksToSearch > 0 && --_checksToSearch == 0)
        {
            Search();
        }
    }

    /// <summary>
    /// Checks everything, and searches the model for parts that are new to it, in lists of the user's own too; and once more at the next check, after the hooks
    /// that are called meanwhile. For the end of an epoch: a search allocates.
    /// </summary>
    /// <exception cref="InvalidOperationException">A part was replaced, converted or added, or a parameter frozen or unfrozen.</exception>
    internal void CheckAll()
    {
        _checksToSearch = 1;
        Check();
        _checksToSearch = 1;
    }

    /// <summary>Checks every parameter: one comparison of addresses each.</summary>
    /// <exception cref="InvalidOperationException">A parameter was converted, frozen or unfrozen.</exception>
    internal void CheckParameters()
    {
        foreach (ref readonly Watched watched in _parameters.AsSpan())
        {
            if (watched.Parameter.IsInvalid)
            {
                throw Replaced(watched.Name, "it was disposed, as Model.to(...) does with what it converts");
            }

            nint handle = watched.Parameter.Handle;
            if (LibTorchSharp.THSTensor_requires_grad(handle) != 0 != watched.IsTrained)
            {
                throw Switched(watched);
            }

            if (watched.IsTrained && TensorMemory.Address(handle) != watched.Address)
            {
                throw Replaced(watched.Name, $"its memory is another one, of {watched.Parameter.dtype} on {watched.Parameter.device}");
            }
        }
    }

    private void Search()
    {
        UnregisteredParts.Refuse(_trained);
        if (!NamesOf(_trained).SetEquals(_names))
        {
            throw Added();
        }
    }

    private static HashSet<string> NamesOf(nn.Module model)
        => [.. ModelState.Of(model).Select(static tensor => tensor.Name), .. model.named_modules().Select(static named => named.name)];

    private InvalidOperationException Added()
    {
        HashSet<string> names = NamesOf(_trained);
        string? added = names.Except(_names).Order(StringComparer.Ordinal).FirstOrDefault();
        string what = added is not null ? $"'{added}' was added to" : $"'{_names.Except(names).Order(StringComparer.Ordinal).FirstOrDefault()}' was taken out of";
        return new InvalidOperationException(
            $"{what} the model {_model} while it is trained. What is trained, and its place in every replica and checkpoint, is fixed for a run. Make layers, parameters "
            + "and buffers before Run; to let a model grow between phases, train it with one run after another.");
    }

    private InvalidOperationException Replaced(string name, string how) => new(
        $"'{name}' of the model {_model} is no longer what the run trains: {how}. Convert or move the model, and replace layers, parameters or buffers of it, before "
        + "Run; during a run change weights and buffers in place, for instance with copy_ under torch.no_grad().");

    private InvalidOperationException Switched(in Watched watched) => new(
        $"requires_grad of parameter '{watched.Name}' of the model {_model} was {watched.IsTrained} when the run began and is {!watched.IsTrained} now. Which parameters are "
        + "trained is fixed for a run: their moments, and their place in every replica and checkpoint, depend on it. Set requires_grad before Run; to freeze or "
        + "unfreeze between phases, train the same model with one run after another.");

    /// <summary>How much is registered with a module itself.</summary>
    private readonly struct ModuleSize(nn.Module module)
    {
        private readonly int _parameters = ModuleParts.Parameters(module).Count;
        private readonly int _buffers = ModuleParts.Buffers(module).Count;
        private readonly int _submodules = ModuleParts.Submodules(module).Count;

        internal bool IsUnchanged => ModuleParts.Parameters(module).Count == _parameters && ModuleParts.Buffers(module).Count == _buffers
            && ModuleParts.Submodules(module).Count == _submodules;
    }

    private readonly struct Watched
    {
        internal Watched(string name, Parameter parameter)
        {
            Name = name;
            Parameter = parameter;
            IsTrained = parameter.requires_grad;
            Address = TensorMemory.Address(parameter.Handle);
        }

        internal string Name { get; }

        internal Parameter Parameter { get; }

        internal bool IsTrained { get; }

        internal void* Address { get; }
    }
}
