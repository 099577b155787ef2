using TorchSharp;
using TorchSharp.Modules;
using TrainDsl.Tests.Parameters;
using static TorchSharp.torch;

namespace TrainDsl.Tests.Faults;

/// <summary>Samples of one value and a mask, which is 0 for the samples before <paramref name="masked"/>.</summary>
[Column<float>("X", 1)]
[Column<float>("Mask", 1)]
internal sealed partial class MaskedSamples(long count, long masked) : IDataset
{
    public long Count => count;

    public partial void Read(long index, in Row row)
    {
        row.X[0] = index;
        row.Mask[0] = index < masked ? 0f : 1f;
    }
}

/// <summary>A norm over [samples, channels, length] before a linear layer.</summary>
internal sealed class NormedOnce : nn.Module<Tensor, Tensor>
{
    private readonly nn.Module<Tensor, Tensor> _norm;
    private readonly Linear _layer = nn.Linear(1, 1);
    private readonly long _length;

    public NormedOnce()
        : this("batch", 1)
    {
    }

    internal NormedOnce(string kind, long length)
        : base(nameof(NormedOnce))
    {
        _length = length;
        _norm = kind switch
        {
            "batch" => nn.BatchNorm1d(1),
            "instance" => nn.InstanceNorm1d(1, affine: true, track_running_stats: true),
            "group" => nn.GroupNorm(1, 1),
            _ => new FunctionalNorm(),
        };
        RegisterComponents();
    }

    public override Tensor forward(Tensor x)
    {
        Tensor wide = x.unsqueeze(2) * arange(1, _length + 1, ScalarType.Float32);
        return _layer.call(_norm.call(wide).mean([2]));
    }
}

/// <summary>A batch norm that no layer of its own makes.</summary>
internal sealed class FunctionalNorm : nn.Module<Tensor, Tensor>
{
    private readonly Tensor _mean = zeros(1);
    private readonly Tensor _variance = ones(1);

    public FunctionalNorm()
        : base(nameof(FunctionalNorm))
    {
        register_buffer(nameof(_mean), _mean);
        register_buffer(nameof(_variance), _variance);
        RegisterComponents();
    }

    public override Tensor forward(Tensor x) => nn.functional.batch_norm(x, _mean, _variance, training: training);
}

/// <summary>Global batches of 4 in micro-batches of 2.</summary>
[Training]
[Model<NormedOnce>]
[Dataset<MaskedSamples>]
[GlobalBatch(4)]
[MicroBatch(2)]
[Epochs(1)]
[Sgd]
internal sealed partial class NormedOnceTraining
{
    [Loss]
    private static Tensor Loss(NormedOnce model, in MaskedSamples.Batch batch) => model.call(batch.X).pow(2).mean();
}

/// <summary>A loss that is a constant where the first sample of the micro-batch is masked.</summary>
[Training]
[Model<TamperedModel>]
[Dataset<MaskedSamples>(Shuffle = false)]
[GlobalBatch(4)]
[MicroBatch(1)]
[Epochs(1)]
[Sgd]
internal sealed partial class SometimesConstantTraining
{
    [Loss]
#pragma warning disable TDSL0901 // Whether the loss is a constant hangs on the data.
    private static Tensor Loss(TamperedModel model, in MaskedSamples.Batch batch)
        => batch.Mask.sum().item<float>() == 0f ? zeros(1) : model.call(batch.X).mean();
#pragma warning restore TDSL0901
}

/// <summary>A loss and a metric that weigh each sample by its mask.</summary>
[Training]
[Model<NormedOnce>]
[Dataset<MaskedSamples>]
[GlobalBatch(4)]
[MicroBatch(2)]
[Epochs(1)]
[Sgd]
internal sealed partial class MaskedTraining
{
    [Loss]
    private static WeightedSum Loss(NormedOnce model, in MaskedSamples.Batch batch) => new((model.call(batch.X) * batch.Mask).sum(), batch.Mask.sum());

    [Metric("output")]
    private static WeightedSum Output(NormedOnce model, in MaskedSamples.Batch batch) => new((model.call(batch.X) * batch.Mask).sum(), batch.Mask.sum());
}
