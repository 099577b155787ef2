// The model and the dataset that the examples of these pages build on.
using TorchSharp;
using TrainDsl;
using static TorchSharp.torch;

public sealed class DigitClassifier : nn.Module<Tensor, Tensor>
{
    private readonly TorchSharp.Modules.Linear _linear = nn.Linear(64, 10);

    public DigitClassifier()
        : base("DigitClassifier")
    {
        RegisterComponents();
    }

    public override Tensor forward(Tensor input) => _linear.call(input.flatten(1));
}

[Column<float>("Pixels", 1, 8, 8)]
[Column<long>("Label")]
public sealed partial class Digits : IDataset
{
    public long Count => 1797;

    public partial void Read(long index, in Row row)
    {
        row.Pixels.Clear();
        row.Label = index % 10;
    }
}
