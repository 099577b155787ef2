using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace TrainDsl.Benchmarks.Models;

/// <summary>16-32-4: a step is nothing but the cost of the calls.</summary>
public sealed class TinyMlp : Module<Tensor, Tensor>
{
    internal readonly Linear First = Linear(16, 32);
    internal readonly Linear Second = Linear(32, 4);

    public TinyMlp()
        : base(nameof(TinyMlp)) =>
        RegisterComponents();

    public override Tensor forward(Tensor input) => Second.call(functional.relu(First.call(input)));
}
