using TorchSharp;
using TrainDsl.Optimizers;
using TrainDsl.Parameters;
using TrainDsl.Stepping;
using static TorchSharp.torch;

namespace TrainDsl.Benchmarks.Loops;

/// <summary>
/// The runtime's parts by hand around the user's own forward pass and loss, over batches made beforehand: what a generated loop costs beyond this is its data path
/// and its figures; what this costs beyond the floor is TorchSharp's wrapper of each operation.
/// </summary>
internal static class HandWrittenLoop
{
    public static void Run(nn.Module<Tensor, Tensor> model, (Tensor Input, Tensor Label)[] batches, int steps)
    {
        using var parameters = new FlatParameters(model, DecayOnly.All);
        using var optimizer = new FusedAdam(parameters, AdamDecay.Decoupled, 0.9, 0.999, 1e-8, 1e-2);
        using var backpropagation = new Backpropagation(parameters);
        using var scope = new StepScope();
        for (int step = 0; step < steps; step++)
        {
            (Tensor input, Tensor label) = batches[step % batches.Length];
            parameters.ZeroGradients();
            backpropagation.Run(nn.functional.cross_entropy(model.call(input), label), scale: 1.0);
            scope.Clear();
            optimizer.Step(1e-3);
        }
    }
}
