using TorchSharp;
using TorchSharp.Modules;
using TrainDsl.Benchmarks.Models;
using static TorchSharp.torch;

namespace TrainDsl.Benchmarks.Loops;

/// <summary>The loop that TorchSharp's documentation and examples teach. Its batches are made beforehand: it loads no data.</summary>
internal sealed class IdiomaticLoop : IStepLoop
{
    private readonly (Tensor Input, Tensor Label)[] _batches;
    private readonly AdamW _optimizer;
    private int _step;

    /// <param name="model">The model; the loop disposes it.</param>
    /// <param name="batches">The batches, used in order and over again.</param>
    public IdiomaticLoop(nn.Module<Tensor, Tensor> model, (Tensor Input, Tensor Label)[] batches)
    {
        Network = model;
        _batches = batches;
        _optimizer = optim.AdamW(model.parameters(), lr: PairedRun.LearningRate);
        model.train();
    }

    /// <inheritdoc/>
    public nn.Module<Tensor, Tensor> Network { get; }

    /// <inheritdoc/>
    public void Run(int steps)
    {
        for (int end = _step + steps; _step < end; _step++)
        {
            using DisposeScope scope = NewDisposeScope();
            (Tensor input, Tensor label) = _batches[_step % _batches.Length];
            _optimizer.zero_grad();
            Tensor loss = nn.functional.cross_entropy(Network.call(input), label);
            loss.backward();
            _optimizer.step();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _optimizer.Dispose();
        Network.Dispose();
    }
}
