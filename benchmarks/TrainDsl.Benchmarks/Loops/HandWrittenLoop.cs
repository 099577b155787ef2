using TorchSharp;
using TrainDsl.Benchmarks.Models;
using TrainDsl.Optimizers;
using TrainDsl.Parameters;
using TrainDsl.Stepping;
using static TorchSharp.torch;

namespace TrainDsl.Benchmarks.Loops;

/// <summary>
/// The runtime's parts by hand around the user's own forward pass and loss, over batches made beforehand: what a generated loop costs beyond this is its data path
/// and its figures; what this costs beyond the floor is TorchSharp's wrapper of each operation.
/// </summary>
internal sealed class HandWrittenLoop : IStepLoop
{
    private readonly (Tensor Input, Tensor Label)[] _batches;
    private readonly FlatParameters _parameters;
    private readonly FusedAdam _optimizer;
    private readonly Backpropagation _backpropagation;
    private readonly StepScope _scope = new();
    private int _step;

    /// <param name="model">The model; the loop disposes it.</param>
    /// <param name="batches">The batches, used in order and over again.</param>
    public HandWrittenLoop(nn.Module<Tensor, Tensor> model, (Tensor Input, Tensor Label)[] batches)
    {
        Network = model;
        _batches = batches;
        _parameters = new FlatParameters(model, DecayOnly.All);
        _optimizer = new FusedAdam(_parameters, AdamDecay.Decoupled, 0.9, 0.999, 1e-8, 1e-2);
        _backpropagation = new Backpropagation(_parameters);
    }

    /// <inheritdoc/>
    public nn.Module<Tensor, Tensor> Network { get; }

    /// <inheritdoc/>
    public void Run(int steps)
    {
        for (int end = _step + steps; _step < end; _step++)
        {
            (Tensor input, Tensor label) = _batches[_step % _batches.Length];
            _parameters.ZeroGradients();
            _scope.Open();
            _backpropagation.Run(nn.functional.cross_entropy(Network.call(input), label), scale: 1.0);
            _scope.Clear();
            _optimizer.Step(PairedRun.LearningRate);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _scope.Dispose();
        _backpropagation.Dispose();
        _optimizer.Dispose();
        _parameters.Dispose();
        Network.Dispose();
    }
}
