using System;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace TrainDsl.Tests.Reference;

public sealed partial class Digits : IDataset
{
    private readonly float[][] _images;
    private readonly long[] _labels;
    public Digits(int count, int seed)
    {
        var r = new Random(seed);
        _images = new float[count][];
        _labels = new long[count];
        for (int i = 0; i < count; i++)
        {
            _labels[i] = r.Next(10);
            _images[i] = new float[64];
            for (int p = 0; p < 64; p++) _images[i][p] = (float)r.NextDouble() * 0.3f + (p / 6 == _labels[i] ? 1 : 0);
        }
    }
    public long Count => _images.Length;
    public partial void Read(long index, in Row row)
    {
        _images[index].CopyTo(row.Pixels);
        row.Label = _labels[index];
    }
}

public sealed class DigitClassifier : Module<Tensor, Tensor>
{
    private readonly Sequential _net = Sequential(Flatten(), Linear(64, 32), ReLU(), Linear(32, 10));
    public DigitClassifier() : base("DigitClassifier") => RegisterComponents();
    public override Tensor forward(Tensor x) => _net.call(x);
}

public sealed partial class DigitTraining
{
    private static Tensor Loss(DigitClassifier model, in Digits.Batch batch) => functional.cross_entropy(model.call(batch.Pixels), batch.Label);
    private static Tensor Accuracy(DigitClassifier model, in Digits.Batch batch) => model.call(batch.Pixels).argmax(1).eq(batch.Label).to_type(ScalarType.Float32).mean();
}

public class ReferenceTests
{
    [Xunit.Fact]
    public void Trains()
    {
        using var t = new DigitTraining(new Digits(1001, 1));
        var r = t.Run(new TrainingOptions { Validation = new Digits(203, 2) });
        Xunit.Assert.True(r.Validation!["accuracy"] > 0.9, r.ToString());
    }
}
