using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Digits;

/// <summary>A small convolutional net: [batch, 1, 8, 8] grey values to [batch, 10] scores.</summary>
public sealed class DigitClassifier : Module<Tensor, Tensor>
{
    private readonly Module<Tensor, Tensor> _layers = Sequential(
        Conv2d(1, 16, kernel_size: 3, padding: 1),
        BatchNorm2d(16),
        ReLU(),
        Conv2d(16, 32, kernel_size: 3, padding: 1),
        BatchNorm2d(32),
        ReLU(),
        MaxPool2d(2),
        Flatten(),
        Dropout(0.2),
        Linear(32 * 4 * 4, 64),
        ReLU(),
        Linear(64, 10));

    public DigitClassifier()
        : base(nameof(DigitClassifier)) =>
        RegisterComponents();

    public override Tensor forward(Tensor pixels) => _layers.call(pixels);
}
