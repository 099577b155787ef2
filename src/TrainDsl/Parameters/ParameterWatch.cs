using System;
using System.Linq;
using TorchSharp.Modules;
using TrainDsl.Native;
using static TorchSharp.torch;

namespace TrainDsl.Parameters;

/// <summary>
/// Finds out that user code (a loss, a forward pass, a hook, a monitor) has taken a parameter out of the run: replaced or converted it, or changed whether it
/// is trained. Which parameters are trained, with their moments and their place in every replica and checkpoint, is fixed for a run; training on would change
/// other memory than the model computes with. Allocates no managed memory where all is well.
/// </summary>
internal sealed unsafe class ParameterWatch
{
    private readonly nn.Module _trained;
    private readonly string _model;
    private readonly Watched[] _parameters;
    private readonly ModelPlace[] _places;
    private int _checks;

    /// <summary>Takes the model as it is for what it is to stay.</summary>
    /// <param name="model">The model, whose trainable parameters lie in flat buffers.</param>
    internal ParameterWatch(nn.Module model)
    {
        _trained = model;
        _model = model.GetName();
        _parameters = [.. model.named_parameters().Select(static named => new Watched(named.name, named.parameter))];
        _places = [.. ModelPlace.Of(model)];
    }

    /// <summary>Checks every parameter, and every place of the model that holds one.</summary>
    /// <exception cref="InvalidOperationException">A parameter was replaced, converted, frozen or unfrozen.</exception>
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

        // A layer that the first forward pass makes is seen from the second global batch on.
        if (_checks < 2 && ++_checks == 2)
        {
            UnregisteredParts.Refuse(_trained);
        }
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

    private InvalidOperationException Replaced(string name, string how) => new(
        $"'{name}' of the model {_model} is no longer what the run trains: {how}. Convert or move the model, and replace layers or parameters of it, before Run; during a "
        + "run change weights in place, for instance with copy_ under torch.no_grad().");

    private InvalidOperationException Switched(in Watched watched) => new(
        $"requires_grad of parameter '{watched.Name}' of the model {_model} was {watched.IsTrained} when the run began and is {!watched.IsTrained} now. Which parameters are "
        + "trained is fixed for a run: their moments, and their place in every replica and checkpoint, depend on it. Set requires_grad before Run; to freeze or "
        + "unfreeze between phases, train the same model with one run after another.");

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
