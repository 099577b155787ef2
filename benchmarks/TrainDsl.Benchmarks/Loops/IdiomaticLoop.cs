using System;
using TorchSharp;
using static TorchSharp.torch;

namespace TrainDsl.Benchmarks.Loops;

/// <summary>The loop that TorchSharp's documentation and examples teach. Its batches are made beforehand: it loads no data.</summary>
internal static class IdiomaticLoop
{
    public static void Run(nn.Module<Tensor, Tensor> model, (Tensor Input, Tensor Label)[] batches, int steps)
    {
        using var optimizer = optim.AdamW(model.parameters(), lr: 1e-3);
        model.train();
        for (int step = 0; step < steps; step++)
        {
            using DisposeScope scope = NewDisposeScope();
            (Tensor input, Tensor label) = batches[step % batches.Length];
            optimizer.zero_grad();
            Tensor loss = nn.functional.cross_entropy(model.call(input), label);
            loss.backward();
            optimizer.step();
        }
    }
}
