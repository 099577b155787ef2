using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace TrainDsl.Benchmarks.Models;

/// <summary>784-512-512-10: a step is dominated by matrix products and the update of 670 thousand parameters.</summary>
public sealed class Mlp : Module<Tensor, Tensor>
{
    internal readonly Linear First = Linear(784, 512);
    internal readonly Linear Second = Linear(512, 512);
    internal readonly Linear Third = Linear(512, 10);

    public Mlp()
        : base(nameof(Mlp)) =>
        RegisterComponents();

    public override Tensor forward(Tensor input) => Third.call(functional.relu(Second.call(functional.relu(First.call(input)))));
}
