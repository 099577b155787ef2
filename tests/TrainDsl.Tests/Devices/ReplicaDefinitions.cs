using System;
using System.Linq;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace TrainDsl.Tests.Devices;

/// <summary>A small MLP whose loss every factorisation of the global batch computes over the same samples.</summary>
internal sealed class FactorModel : Module<Tensor, Tensor>
{
    private readonly Module<Tensor, Tensor> _layers = Sequential(Linear(12, 24), Tanh(), Linear(24, 3));

    public FactorModel()
        : base(nameof(FactorModel))
    {
        RegisterComponents();

        // Not drawn: tests beside these draw from the same generator.
        using IDisposable noGrad = no_grad();
        using var scope = NewDisposeScope();
        foreach (Parameter parameter in parameters())
        {
            parameter.copy_(arange(parameter.numel(), ScalarType.Float32).mul(1.3).sin().mul(0.3).reshape(parameter.shape));
        }
    }

    public override Tensor forward(Tensor inputs) => _layers.call(inputs);

    /// <summary>All weights, in the order of their names.</summary>
    public static float[] WeightsOf(nn.Module model)
    {
        using IDisposable noGrad = no_grad();
        return [.. model.named_parameters().SelectMany(static named => Elements(named.parameter))];
    }

    /// <summary>The elements of a float32 tensor.</summary>
    public static float[] Elements(Tensor tensor)
    {
        using Tensor plain = tensor.detach().contiguous();
        return plain.data<float>().ToArray();
    }
}

/// <summary>Samples that are a function of their index.</summary>
[Column<float>("Inputs", 12)]
[Column<long>("Label")]
[Column<float>("Weight")]
internal sealed partial class FactorSamples(long count, long failsAt = -1) : IDataset
{
    public long Count => count;

    public partial void Read(long index, in Row row)
    {
        if (index == failsAt)
        {
            throw new InvalidOperationException("The file is gone.");
        }

        for (int i = 0; i < row.Inputs.Length; i++)
        {
            row.Inputs[i] = MathF.Sin((index * 12 + i) * 0.7f);
        }

        row.Label = index * 7 % 3;
        row.Weight = index % 4;
    }
}

/// <summary>AdamW with everything that is summed over replicas, and a last global batch that is partial.</summary>
[Training]
[Model<FactorModel>]
[Dataset<FactorSamples>]
[GlobalBatch(64)]
[MicroBatch(64)]
[MaxSteps(20)]
[AdamW(LearningRate = 5e-3, WeightDecay = 0.05, DecayOnly = DecayOnly.Matrices)]
[CosineDecay(WarmupSteps = 4)]
[ClipGradNorm(0.2)]
internal sealed partial class AdamWFactors
{
    [Loss]
    private static Tensor Loss(FactorModel model, in FactorSamples.Batch batch) => functional.cross_entropy(model.call(batch.Inputs), batch.Label);

    [Metric("accuracy")]
    private static Tensor Accuracy(FactorModel model, in FactorSamples.Batch batch) =>
        model.call(batch.Inputs).argmax(1).eq(batch.Label).to_type(ScalarType.Float32).mean();
}

/// <summary>A loss of sums and weights, of which some micro-batches have none.</summary>
[Training]
[Model<FactorModel>]
[Dataset<FactorSamples>]
[GlobalBatch(64)]
[MicroBatch(64)]
[MaxSteps(20)]
[Sgd(LearningRate = 0.2, Momentum = 0.9)]
internal sealed partial class WeightedFactors
{
    [Loss]
    private static WeightedSum Loss(FactorModel model, in FactorSamples.Batch batch)
    {
        Tensor losses = functional.cross_entropy(model.call(batch.Inputs), batch.Label, reduction: Reduction.None);
        return new WeightedSum((losses * batch.Weight).sum(), batch.Weight.sum());
    }
}

/// <summary>Two devices by declaration, with hooks.</summary>
[Training]
[Model<FactorModel>]
[Dataset<FactorSamples>(DropLast = true)]
[GlobalBatch(64)]
[MicroBatch(32)]
[Devices(2)]
[GradientAccumulation(1)]
[Epochs(4)]
[Adam(LearningRate = 5e-3)]
internal sealed partial class TwoDevices
{
    public int Steps { get; private set; }

    public int Epoch { get; private set; }

    [Loss]
    private static Tensor Loss(FactorModel model, in FactorSamples.Batch batch) => functional.cross_entropy(model.call(batch.Inputs), batch.Label);

    partial void OnStep(in StepReport step) => Steps++;

    partial void OnEpoch(EpochReport epoch) => Epoch++;
}

/// <summary>Two nodes by declaration.</summary>
[Training]
[Model<FactorModel>]
[Dataset<FactorSamples>]
[GlobalBatch(64)]
[MicroBatch(32)]
[Devices(1, Nodes = 2)]
[MaxSteps(20)]
[AdamW(LearningRate = 5e-3, WeightDecay = 0.05, DecayOnly = DecayOnly.Matrices)]
[CosineDecay(WarmupSteps = 4)]
[ClipGradNorm(0.2)]
internal sealed partial class TwoNodes
{
    [Loss]
    private static Tensor Loss(FactorModel model, in FactorSamples.Batch batch) => functional.cross_entropy(model.call(batch.Inputs), batch.Label);
}

/// <summary>A model with a batch norm.</summary>
internal sealed class NormModel : Module<Tensor, Tensor>
{
    private readonly Linear _first = Linear(12, 8);
    private readonly BatchNorm1d _norm = BatchNorm1d(8);
    private readonly Linear _second = Linear(8, 3);
    private readonly Tensor _mask = ones(3, ScalarType.Bool);

    public NormModel()
        : base(nameof(NormModel))
    {
        RegisterComponents();
        register_buffer("mask", _mask);
    }

    public BatchNorm1d Norm => _norm;

    public override Tensor forward(Tensor inputs) => _second.call(_norm.call(_first.call(inputs))) * _mask;
}

/// <summary>Statistics of the first replica.</summary>
[Training]
[Model<NormModel>]
[Dataset<FactorSamples>]
[GlobalBatch(64)]
[MicroBatch(32)]
[Devices(2)]
[MaxSteps(1)]
[Sgd(LearningRate = 1e-9)]
internal sealed partial class FirstStatistics
{
    [Loss]
    private static Tensor Loss(NormModel model, in FactorSamples.Batch batch) => functional.cross_entropy(model.call(batch.Inputs), batch.Label);
}

/// <summary>Statistics averaged over the replicas.</summary>
[Training]
[Model<NormModel>]
[Dataset<FactorSamples>]
[GlobalBatch(64)]
[MicroBatch(32)]
[Devices(2, Buffers = BufferRule.Averaged)]
[MaxSteps(1)]
[Sgd(LearningRate = 1e-9)]
internal sealed partial class AveragedStatistics
{
    [Loss]
    private static Tensor Loss(NormModel model, in FactorSamples.Batch batch) => functional.cross_entropy(model.call(batch.Inputs), batch.Label);
}
