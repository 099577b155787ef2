using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace TrainDsl.Tests.Step;

[Column<float>("X", 1)]
public sealed partial class SameSamples(long count, float value = 1F) : IDataset
{
    public long Count => count;

    public partial void Read(long index, in Row row) => row.X[0] = value;
}

/// <summary>loss (w * x).mean(): its gradient is the mean of x.</summary>
public sealed class Factor : nn.Module<Tensor, Tensor>
{
    public Factor()
        : base(nameof(Factor))
    {
        W = new Parameter(ones(1));
        RegisterComponents();
    }

    public Parameter W { get; }

    public override Tensor forward(Tensor x) => W * x;

    internal double Value => W.detach().item<float>();
}

/// <summary>Keeps a mask that it makes in its first forward pass.</summary>
public sealed class MaskedFactor : nn.Module<Tensor, Tensor>
{
    private readonly bool _detaches;
    private Tensor? _mask;

    public MaskedFactor(bool detaches)
        : base(nameof(MaskedFactor))
    {
        _detaches = detaches;
        W = new Parameter(ones(1));
        RegisterComponents();
    }

    public Parameter W { get; }

    public override Tensor forward(Tensor x)
    {
        _mask ??= _detaches ? ones(1).DetachFromDisposeScope() : ones(1);
        return W * x * _mask;
    }
}

[Training]
[Model<MaskedFactor>]
[Dataset<SameSamples>]
[GlobalBatch(1)]
[MicroBatch(1)]
[MaxSteps(3)]
[Sgd(LearningRate = 0.1)]
public sealed partial class MaskedTraining
{
    [ModelFactory]
    private static MaskedFactor NewModelThatKeeps() => new(detaches: false);

    [Loss]
    private static Tensor Loss(MaskedFactor model, in SameSamples.Batch batch) => model.call(batch.X).mean();
}

/// <summary>Keeps a running mean of its weight, made in its hook, and looks there at what the last pass made.</summary>
[Training]
[Model<Factor>]
[Dataset<SameSamples>]
[GlobalBatch(4)]
[MicroBatch(2)]
[MaxSteps(40)]
[Sgd(LearningRate = 0.1)]
public sealed partial class AveragingTraining
{
    private Tensor? _average;
    private Tensor? _lastLoss;

    internal Tensor Average => _average!;

    internal bool ReadsLossOfPass { get; init; }

    private static Tensor? s_lastLoss;

    [Loss]
    private static Tensor Loss(Factor model, in SameSamples.Batch batch) => s_lastLoss = model.call(batch.X).mean();

    partial void OnStep(in StepReport step)
    {
        using IDisposable noGradient = no_grad();
        Tensor before = _average ?? Model.W.detach().clone();
        _average = (0.9 * before) + (0.1 * Model.W.detach());
        _lastLoss = s_lastLoss;
        if (ReadsLossOfPass)
        {
            _ = _lastLoss!.item<float>();
        }
    }
}

/// <summary>Does something to the batch's tensor in each loss, and notes the gradient that it had after the step.</summary>
[Training]
[Model<Factor>]
[Dataset<SameSamples>]
[GlobalBatch(2)]
[MicroBatch(2)]
[MaxSteps(40)]
[Sgd(LearningRate = 1e-9)]
public sealed partial class InputTraining
{
    [ThreadStatic]
    private static Tensor? s_input;

    [ThreadStatic]
    private static Action<Tensor>? s_change;

    internal List<double> Gradients { get; } = [];

    internal static Action<Tensor>? Change { set => s_change = value; }

    [Loss]
    private static Tensor Loss(Factor model, in SameSamples.Batch batch)
    {
        s_input = batch.X;
        if (s_change is { } change)
        {
            // Computed before what is done to the tensor.
            Tensor loss = model.call(batch.X.clone()).mean();
            change(batch.X);
            return loss;
        }

        batch.X.requires_grad_(true);
        return model.call(batch.X).mean() * 2;
    }

    partial void OnStep(in StepReport step)
    {
        if (s_change is null)
        {
            using Tensor gradient = s_input!.grad!;
            Gradients.Add(gradient.data<float>()[0]);
        }
    }
}

/// <summary>Draws random numbers in its loss and its metric, and evaluates in its hook if told to.</summary>
[Training]
[Model<Factor>]
[Dataset<SameSamples>]
[GlobalBatch(8)]
[MicroBatch(8)]
[Epochs(3)]
[Sgd(LearningRate = 0.01)]
public sealed partial class NoisyTraining
{
    internal IDataset? EvaluatedInHook { get; init; }

    internal List<double> HookLosses { get; } = [];

    [Loss]
    private static Tensor Loss(Factor model, in SameSamples.Batch batch) => (model.call(batch.X) + randn(1)).pow(2).mean();

    [Metric("draw")]
    private static Tensor Draw(Factor model, in SameSamples.Batch batch)
    {
        // What leaks most easily: modes, recording and draws.
#pragma warning disable TDSL0922
        model.train();
#pragma warning restore TDSL0922
        set_grad_enabled(true);
        return rand(1).mean();
    }

    partial void OnStep(in StepReport step)
    {
        if (EvaluatedInHook is SameSamples samples)
        {
            HookLosses.Add(Evaluate(samples).Loss);
        }
    }
}

public sealed class Normed : nn.Module<Tensor, Tensor>
{
    private readonly bool _isSpatial;

    public Normed(bool isSpatial)
        : base(nameof(Normed))
    {
        _isSpatial = isSpatial;
        Norm = nn.BatchNorm1d(1);
        Linear = nn.Linear(1, 1);
        RegisterComponents();
    }

    public BatchNorm1d Norm { get; }

    public Linear Linear { get; }

    public override Tensor forward(Tensor x) => _isSpatial ? Linear.call(Norm.call(x.view(-1, 1, 1).expand(-1, 1, 3)).mean([2])) : Linear.call(Norm.call(x));
}

[Training]
[Model<Normed>]
[Dataset<SameSamples>]
[GlobalBatch(32)]
[MicroBatch(16)]
[Epochs(1)]
[Sgd(LearningRate = 0.01)]
public sealed partial class NormedTraining
{
    [ModelFactory]
    private static Normed NewNormed() => new(isSpatial: false);

    [Loss]
    private static Tensor Loss(Normed model, in SameSamples.Batch batch) => model.call(batch.X).mean();
}

[Column<float>("X", 4)]
[Column<int>("Label")]
public sealed partial class IntLabelled : IDataset
{
    public long Count => 8;

    public partial void Read(long index, in Row row)
    {
        row.X.Fill(1F);
        row.Label = (int)(index % 3);
    }
}

public sealed class Classifier : nn.Module<Tensor, Tensor>
{
    private readonly Linear _linear = nn.Linear(4, 3);

    public Classifier()
        : base(nameof(Classifier)) =>
        RegisterComponents();

    public override Tensor forward(Tensor x) => _linear.call(x);
}

/// <summary>Fails in the ways that <see cref="Failure"/> says, from its third step on.</summary>
[Training]
[Model<Classifier>]
[Dataset<IntLabelled>(Shuffle = false)]
[GlobalBatch(4)]
[MicroBatch(4)]
[MaxSteps(3)]
[Sgd]
public sealed partial class FailingTraining
{
    [ThreadStatic]
    private static Func<Classifier, Tensor, Tensor, Tensor>? s_loss;

    [ThreadStatic]
    private static Func<Tensor, Tensor>? s_metric;

    [ThreadStatic]
    private static int s_calls;

    internal static void Fail(Func<Classifier, Tensor, Tensor, Tensor>? loss, Func<Tensor, Tensor>? metric = null)
    {
        s_loss = loss;
        s_metric = metric;
        s_calls = 0;
    }

    [Loss]
    private static Tensor Loss(Classifier model, in IntLabelled.Batch batch) => s_loss is { } loss && (!model.training || ++s_calls == 3)
        ? loss(model, batch.X, batch.Label)
        : nn.functional.cross_entropy(model.call(batch.X), batch.Label.to_type(ScalarType.Int64));

    [Metric("score")]
    private static Tensor Score(Classifier model, in IntLabelled.Batch batch) => s_metric is { } metric ? metric(batch.X) : ones(1);
}

/// <summary>Ends within an epoch, with checkpoints of the best.</summary>
[Training]
[Model<Factor>]
[Dataset<SameSamples>]
[GlobalBatch(1)]
[MicroBatch(1)]
[MaxSteps(50)]
[Sgd(LearningRate = 1e-3)]
[Checkpoint(EverySteps = 1000, KeepBest = "weight")]
public sealed partial class ShortTraining
{
    internal List<EpochReport> Seen { get; } = [];

    [Loss]
    private static Tensor Loss(Factor model, in SameSamples.Batch batch) => model.call(batch.X).mean();

    [Metric("weight")]
    private static Tensor Weight(Factor model, in SameSamples.Batch batch) => model.call(batch.X).mean();

    partial void OnEpoch(EpochReport epoch) => Seen.Add(epoch);
}

/// <summary>A norm that does not train, whatever mode its model is put into.</summary>
public sealed class FrozenNormed : nn.Module<Tensor, Tensor>
{
    private readonly BatchNorm1d _norm = nn.BatchNorm1d(1);
    private readonly Linear _linear = nn.Linear(1, 1);

    public FrozenNormed()
        : base(nameof(FrozenNormed)) =>
        RegisterComponents();

    public override void train(bool train = true)
    {
        base.train(train);
        _norm.eval();
    }

    public override Tensor forward(Tensor x) => _linear.call(_norm.call(x));
}

[Training]
[Model<FrozenNormed>]
[Dataset<SameSamples>]
[GlobalBatch(32)]
[MicroBatch(16)]
[Epochs(1)]
[Sgd]
public sealed partial class FrozenNormedTraining
{
    [Loss]
    private static Tensor Loss(FrozenNormed model, in SameSamples.Batch batch) => model.call(batch.X).mean();
}
