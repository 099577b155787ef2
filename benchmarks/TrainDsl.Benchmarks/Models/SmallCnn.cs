using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace TrainDsl.Benchmarks.Models;

/// <summary>Two convolutions and a linear layer over 28 x 28 images: a step is dominated by convolutions.</summary>
public sealed class SmallCnn : Module<Tensor, Tensor>
{
    internal readonly Conv2d First = Conv2d(1, 16, kernel_size: 3, padding: 1);
    internal readonly Conv2d Second = Conv2d(16, 32, kernel_size: 3, padding: 1);
    internal readonly Linear Third = Linear(32 * 7 * 7, 10);

    public SmallCnn()
        : base(nameof(SmallCnn)) =>
        RegisterComponents();

    public override Tensor forward(Tensor input)
    {
        Tensor first = functional.max_pool2d(functional.relu(First.call(input)), kernel_size: 2);
        Tensor second = functional.max_pool2d(functional.relu(Second.call(first)), kernel_size: 2);
        return Third.call(second.flatten(1));
    }
}
