using System;
using TorchSharp;
using TrainDsl.Native;
using static TorchSharp.torch;

namespace TrainDsl.Stepping;

/// <summary>
/// Backward passes that add into the gradients in place, scaled through the seed gradient: the chain rule multiplies every gradient by the seed, so that
/// weighting a micro-batch costs no kernel.
/// </summary>
public sealed unsafe class Backpropagation : IDisposable
{
    private Tensor? _seed;
    private double _seedValue;
    private long _seedDimensions;

    /// <summary>Adds scale x d(loss)/d(parameters) to the gradients. Allocates no managed memory after the first call.</summary>
    /// <param name="loss">A tensor of one element with a gradient function.</param>
    /// <param name="scale">The weight of this loss in the global batch.</param>
    /// <exception cref="ArgumentException">The loss has other than one element.</exception>
    /// <exception cref="LibTorchException">Autograd failed, for instance because the loss does not depend on a trainable parameter.</exception>
    public void Run(Tensor loss, double scale)
    {
        Scalars.Check(loss, "The loss", nameof(loss));
        nint seed = Seed(loss, scale);
        nint root = loss.Handle;
        LibTorchSharp.THSAutograd_backward(&root, 1, &seed, 1, retainGraph: 0, createGraph: 0, null, 0);
        // Outside a scope nothing else keeps a loss alive that is not used again.
        GC.KeepAlive(loss);
        LibTorchSharp.ThrowIfFailed();
    }

    /// <summary>Releases the seed.</summary>
    public void Dispose() => _seed?.Dispose();

    private nint Seed(Tensor loss, double scale)
    {
        nint handle = loss.Handle;
        long dimensions = TensorMemory.Dimensions(handle);
        if (_seed is null || _seed.dtype != TensorMemory.ElementType(handle) || _seedDimensions != dimensions)
        {
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
