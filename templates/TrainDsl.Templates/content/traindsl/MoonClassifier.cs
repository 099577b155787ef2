using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Moons._1;

/// <summary>A small multilayer perceptron: [batch, 2] points to [batch, 2] scores.</summary>
public sealed class MoonClassifier : Module<Tensor, Tensor>
{
    private readonly Module<Tensor, Tensor> _layers = Sequential(
        Linear(2, 32),
        ReLU(),
        Linear(32, 32),
        ReLU(),
        Linear(32, 2));

    public MoonClassifier()
        : base(nameof(MoonClassifier)) =>
        RegisterComponents();

    public override Tensor forward(Tensor points) => _layers.call(points);
}
