using System;
using TorchSharp;
using TrainDsl.Benchmarks.Models;
using TrainDsl.Native;
using TrainDsl.Optimizers;
using TrainDsl.Parameters;
using static TorchSharp.torch;

namespace TrainDsl.Benchmarks.Loops;

/// <summary>
/// The floor: native calls alone, no TorchSharp wrapper, no data loading, no reports. What is left is libtorch's own work.
/// </summary>
internal sealed unsafe class FloorLoop : IStepLoop
{
    private readonly Forward _forward;
    private readonly (Tensor Input, Tensor Label)[] _batches;
    private readonly FlatParameters _parameters;
    private readonly FusedAdam _optimizer;
    private readonly Tensor _seed = ones([]);
    private int _step;

    /// <param name="model">The model; the loop disposes it.</param>
    /// <param name="forward">Its forward pass and loss.</param>
    /// <param name="batches">The batches, used in order and over again.</param>
    public FloorLoop(nn.Module<Tensor, Tensor> model, Forward forward, (Tensor Input, Tensor Label)[] batches)
    {
        Network = model;
        _forward = forward;
        _batches = batches;
        _parameters = new FlatParameters(model, DecayOnly.All);
        _optimizer = new FusedAdam(_parameters, AdamDecay.Decoupled, 0.9, 0.999, 1e-8, 1e-2);
    }

    /// <summary>A forward pass on raw handles: input and label to loss; what it creates is released by it, but the loss.</summary>
    public delegate nint Forward(nint input, nint label);

    /// <inheritdoc/>
    public nn.Module<Tensor, Tensor> Network { get; }

    /// <inheritdoc/>
    public void Run(int steps)
    {
        nint seed = _seed.Handle;
        nint gradients = _parameters.Buffers[0].Gradients.Handle;
        for (int end = _step + steps; _step < end; _step++)
        {
            (Tensor input, Tensor label) = _batches[_step % _batches.Length];
            TensorMemory.Zero(gradients);
            nint loss = _forward(input.Handle, label.Handle);
            LibTorchSharp.THSAutograd_backward(&loss, 1, &seed, 1, 0, 0, null, 0);
            TensorMemory.Delete(loss);
            _optimizer.Step(PairedRun.LearningRate);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _seed.Dispose();
        _optimizer.Dispose();
        _parameters.Dispose();
        Network.Dispose();
    }
}
