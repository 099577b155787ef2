using System;
using System.Collections.Generic;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace TrainDsl.Tests.Parameters;

/// <summary>Samples of one column that is 1: the gradient of a weight that multiplies it is 1.</summary>
[Column<float>("X", 1)]
internal sealed partial class OneSamples(long count) : IDataset
{
    public long Count => count;

    public partial void Read(long index, in Row row) => row.X[0] = 1f;
}

/// <summary>Two scalar weights, of which the second is frozen; user code acts within its forward pass.</summary>
internal sealed class TamperedModel : nn.Module<Tensor, Tensor>
{
    public TamperedModel()
        : base(nameof(TamperedModel))
    {
        First = new Parameter(ones(1));
        Frozen = new Parameter(ones(1), requires_grad: false);
        Layer = nn.Linear(1, 1, hasBias: false);
        using (no_grad())
        {
            Layer.weight!.fill_(1f);
        }

        Average = zeros(1);
        register_buffer("Average", Average);
        RegisterComponents();
    }

    public Parameter First;
    public Parameter Frozen;
    public Linear Layer;
    public Tensor Average;
    public List<Linear> Kept = [];
    public Linear? Late;

    public Action<TamperedModel>? InForward { get; set; }

    public override Tensor forward(Tensor x)
    {
        InForward?.Invoke(this);
        return (First * x) + (Frozen * x) + Layer.call(x);
    }
}

/// <summary>Three steps of two micro-batches: a weight of gradient 1 comes from 1 to 0.7.</summary>
[Training]
[Model<TamperedModel>]
[Dataset<OneSamples>]
[GlobalBatch(2)]
[MicroBatch(1)]
[MaxSteps(3)]
[Sgd(LearningRate = 0.1)]
internal sealed partial class TamperedTraining
{
    public Action<TamperedModel>? InLoss { get; set; }

    public Action<TamperedModel>? InHook { get; set; }

    [ThreadStatic]
    private static TamperedTraining? s_current;

    public TrainingResult Train(ITrainingMonitor? monitor = null, int? devices = null)
    {
        s_current = this;
        return Run(new TrainingOptions { Monitors = monitor is null ? [] : [monitor], Devices = devices, Device = DeviceType.CPU });
    }

    [Loss]
    private static Tensor Loss(TamperedModel model, in OneSamples.Batch batch)
    {
        s_current?.InLoss?.Invoke(model);
        return model.call(batch.X).mean();
    }

    partial void OnStep(in StepReport step) => InHook?.Invoke(Model);
}

/// <summary>Momentum and weight decay go on where a parameter is frozen by its flag alone.</summary>
[Training]
[Model<TamperedModel>]
[Dataset<OneSamples>]
[GlobalBatch(2)]
[MicroBatch(1)]
[MaxSteps(4)]
[Devices(2)]
[GradientAccumulation(1)]
[AdamW(LearningRate = 0.1, WeightDecay = 0.1)]
internal sealed partial class TamperedReplicas
{
    public Action<TamperedModel>? InHook { get; set; }

    [Loss]
    private static Tensor Loss(TamperedModel model, in OneSamples.Batch batch) => model.call(batch.X).mean();

    partial void OnStep(in StepReport step) => InHook?.Invoke(Model);
}
