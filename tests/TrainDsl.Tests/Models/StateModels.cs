using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace TrainDsl.Tests.Models;

/// <summary>Samples of one value, 1.</summary>
[Column<float>("X", 1)]
internal sealed partial class Ones(long count) : IDataset
{
    public long Count => count;

    public partial void Read(long index, in Row row) => row.X[0] = 1f;
}

/// <summary>Multiplies its weight by a buffer that is not persistent.</summary>
internal sealed class TransientScale : Module<Tensor, Tensor>
{
    private readonly Tensor _scale = ones(1);

    public TransientScale()
        : base(nameof(TransientScale))
    {
        Weight = new Parameter(zeros(1));

        // Before RegisterComponents, which makes a persistent buffer of every tensor that it finds.
        register_buffer(nameof(_scale), _scale, persistent: false);
        RegisterComponents();
    }

    public Parameter Weight { get; }

    public Tensor Scale => _scale;

    public override Tensor forward(Tensor x)
    {
        if (training)
        {
            using IDisposable noGrad = no_grad();
            Scale.add_(1);
        }

        return Weight * Scale * x;
    }
}

[Training]
[Model<TransientScale>]
[Dataset<Ones>]
[GlobalBatch(2)]
[MicroBatch(1)]
[MaxSteps(3)]
[Sgd(LearningRate = 1)]
[Checkpoint(EverySteps = 1)]
internal sealed partial class TransientScaleTraining
{
    [Loss]
    private static Tensor Loss(TransientScale model, in Ones.Batch batch) => model.call(batch.X).mean();
}

/// <summary>A norm that is put into eval mode, and a weight.</summary>
internal sealed class PartlyFrozen : Module<Tensor, Tensor>
{
    public PartlyFrozen()
        : base(nameof(PartlyFrozen))
    {
        Weight = new Parameter(ones(1));
        RegisterComponents();
        foreach (Parameter parameter in Norm.parameters())
        {
            parameter.requires_grad_(false);
        }

        Norm.eval();
    }

    public BatchNorm1d Norm { get; } = BatchNorm1d(1);

    public Parameter Weight { get; }

    public override Tensor forward(Tensor x) => Weight * Norm.call(10 * x);
}

[Training]
[Model<PartlyFrozen>]
[Dataset<Ones>]
[GlobalBatch(4)]
[MicroBatch(2)]
[MaxSteps(1)]
[Sgd(LearningRate = 0.1)]
internal sealed partial class PartlyFrozenTraining
{
    [Loss]
    private static Tensor Loss(PartlyFrozen model, in Ones.Batch batch) => model.call(batch.X).mean();
}

/// <summary>Two layers; the second is drawn after the first.</summary>
internal sealed class DrawnModel : Module<Tensor, Tensor>
{
    private readonly Linear _first = Linear(1, 64);
    private readonly Linear _second = Linear(64, 1);

    public DrawnModel()
        : base(nameof(DrawnModel)) => RegisterComponents();

    public Tensor Weight => _second.weight!;

    public override Tensor forward(Tensor x) => _second.call(_first.call(x));
}

[Training]
[Model<DrawnModel>]
[Dataset<Ones>]
[GlobalBatch(1)]
[MicroBatch(1)]
[MaxSteps(1)]
[Sgd]
[Seed(7)]
internal sealed partial class DrawnTraining
{
    [Loss]
    private static Tensor Loss(DrawnModel model, in Ones.Batch batch) => model.call(batch.X).mean();
}

/// <summary>A model with a trained weight, and whatever a test hides in it.</summary>
public sealed class HidingModel : Module<Tensor, Tensor>
{
    // Each holds what a test puts there.
    public object? Hidden { get; set; }

    public Func<Module>? Lazily { get; set; }

    public HidingModel()
        : base(nameof(HidingModel))
    {
        Weight = new Parameter(ones(1));
        RegisterComponents();
    }

    public Parameter Weight { get; }

    public override Tensor forward(Tensor x)
    {
        if (Lazily is { } make)
        {
            Hidden ??= make();
        }

        return Weight * x;
    }
}

[Training]
[Model<HidingModel>]
[Dataset<Ones>]
[GlobalBatch(1)]
[MicroBatch(1)]
[MaxSteps(3)]
[Sgd]
internal sealed partial class HidingTraining
{
    [Loss]
    private static Tensor Loss(HidingModel model, in Ones.Batch batch) => model.call(batch.X).mean();
}

/// <summary>A frozen weight that each construction numbers anew, as one that is read from a file of each node's own would be.</summary>
internal sealed class NumberedModel : Module<Tensor, Tensor>
{
    public NumberedModel()
        : base(nameof(NumberedModel))
    {
        Weight = new Parameter(ones(1));
        Frozen = new Parameter(ones(1), requires_grad: false);
        register_parameter(nameof(Weight), Weight);
        register_parameter(nameof(Frozen), Frozen);
    }

    public Parameter Weight { get; }

    public Parameter Frozen { get; }

    public override Tensor forward(Tensor x) => Weight * Frozen * x;

    /// <summary>Values of a tensor.</summary>
    public static float[] Values(Tensor tensor)
    {
        using Tensor plain = tensor.detach().cpu();
        return [.. plain.data<float>().Select(static value => value)];
    }
}
