using System;
using TorchSharp;
using TrainDsl.Native;
using TrainDsl.Parameters;
using static TorchSharp.torch;

namespace TrainDsl.Stepping;

/// <summary>
/// Backward passes that add into the gradients in place, scaled through the seed gradient: the chain rule multiplies every gradient by the seed, so that
/// weighting a micro-batch costs no kernel. A seed of 16 bits would round it: gradients of such models and losses are multiplied by the scale as they are added up in
/// float32.
/// </summary>
public sealed unsafe class Backpropagation : IDisposable
{
    private readonly FlatParameters _parameters;
    private Tensor? _seed;
    private double _seedValue;
    private long _seedDimensions;
    private bool _hasReached;

    /// <param name="parameters">The parameters whose gradients are added up.</param>
    public Backpropagation(FlatParameters parameters)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        _parameters = parameters;
    }

    /// <summary>Adds scale x d(loss)/d(parameters) to the gradients. Allocates no managed memory after the first call.</summary>
    /// <param name="loss">A tensor of one element, of a floating-point type, that depends on the parameters.</param>
    /// <param name="scale">The weight of this loss in the global batch.</param>
    /// <exception cref="ArgumentException">The loss has other than one element.</exception>
    /// <exception cref="InvalidOperationException">
    /// The loss requires no gradient; the first loss depends on no parameter; or computing it has replaced, frozen or unfrozen a parameter.
    /// </exception>
    /// <exception cref="LibTorchException">Autograd failed; the message is libtorch's.</exception>
    public void Run(Tensor loss, double scale)
    {
        Scalars.Check(loss, "The loss", nameof(loss));
        nint root = loss.Handle;
        if (LibTorchSharp.THSTensor_requires_grad(root) == 0)
        {
            throw WithoutGradient(loss);
        }

        ScalarType type = TensorMemory.ElementType(root);
        if (type is ScalarType.Float16 or ScalarType.BFloat16 && !_parameters.ReceivesApart)
        {
            // A seed of 16 bits would round the scale.
            _parameters.ReceiveApart();
        }

        _parameters.BeginBackward();
        nint seed = Seed(loss, type, _parameters.ReceivesApart ? 1.0 : scale);
        long version = _hasReached ? 0 : _parameters.ArrivalVersion;
        LibTorchSharp.THSAutograd_backward(&root, 1, &seed, 1, retainGraph: 0, createGraph: 0, null, 0);
        // Outside a scope nothing else keeps a loss alive that is not used again.
        GC.KeepAlive(loss);
        LibTorchSharp.ThrowIfFailed();
        if (!_hasReached)
        {
            _hasReached = _parameters.ArrivalVersion != version;
        }

        bool found = _parameters.EndBackward(scale);
        _hasReached |= found;
        if (!_hasReached)
        {
            throw new UntrainableLossException(
                "The first loss depends on none of the model's trained parameters, although it requires a gradient. Look for a part of the model that is not registered "
                + "(RegisterComponents, modules in a list), a detach() or no_grad() within forward, or a loss that ignores the model.");
        }
    }

    /// <summary>Releases the seed.</summary>
    public void Dispose() => _seed?.Dispose();

    private static UntrainableLossException WithoutGradient(Tensor loss)
    {
        string type = loss.is_floating_point() ? "" : $", and its element type {loss.dtype} cannot have one";
        return new UntrainableLossException(
            $"The loss requires no gradient: it does not depend on the model's parameters{type}. Look for detach(), no_grad(), item(), argmax, a comparison or a conversion to "
            + "an integer type in it. For a micro-batch that there is nothing to learn from, return 0 times a loss of the model's output, or a WeightedSum of weight 0.");
    }

    private nint Seed(Tensor loss, ScalarType type, double scale)
    {
        long dimensions = TensorMemory.Dimensions(loss.Handle);
        if (_seed is null || _seed.dtype != type || _seedDimensions != dimensions)
        {
            if (!loss.is_floating_point())
            {
                throw new UntrainableLossException($"The loss has element type {type}; a loss is a real number. Take its real part or its absolute value.");
            }

            _seed?.Dispose();
            _seed = ones_like(loss).DetachFromDisposeScope();
            _seedValue = 1.0;
            _seedDimensions = dimensions;
        }

        if (_seedValue != scale)
        {
            TensorMemory.Fill(_seed.Handle, scale);
            _seedValue = scale;
        }

        return _seed.Handle;
    }
}
