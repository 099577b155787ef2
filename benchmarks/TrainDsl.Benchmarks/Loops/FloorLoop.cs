using System;
using TorchSharp;
using TrainDsl.Native;
using TrainDsl.Optimizers;
using TrainDsl.Parameters;
using static TorchSharp.torch;

namespace TrainDsl.Benchmarks.Loops;

/// <summary>
/// The floor: native calls alone, no TorchSharp wrapper, no data loading, no reports. What is left is libtorch's own work.
/// </summary>
internal static unsafe class FloorLoop
{
    /// <summary>A forward pass on raw handles: input and label to loss; what it creates is released by it, but the loss.</summary>
    public delegate nint Forward(nint input, nint label);

    public static void Run(nn.Module<Tensor, Tensor> model, Forward forward, (Tensor Input, Tensor Label)[] batches, int steps)
    {
        using var parameters = new FlatParameters(model, DecayOnly.All);
        using var optimizer = new FusedAdam(parameters, AdamDecay.Decoupled, 0.9, 0.999, 1e-8, 1e-2);
        using Tensor one = ones([]);
        nint seed = one.Handle;
        nint gradients = parameters.Buffers[0].Gradients.Handle;
        for (int step = 0; step < steps; step++)
        {
            (Tensor input, Tensor label) = batches[step % batches.Length];
            TensorMemory.Zero(gradients);
            nint loss = forward(input.Handle, label.Handle);
            LibTorchSharp.THSAutograd_backward(&loss, 1, &seed, 1, 0, 0, null, 0);
            TensorMemory.Delete(loss);
            optimizer.Step(1e-3);
        }
    }
}
