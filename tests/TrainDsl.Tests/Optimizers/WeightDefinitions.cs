using TrainDsl.Tests.Parameters;
using static TorchSharp.torch;

namespace TrainDsl.Tests.Optimizers;

/// <summary>Losses whose weight a test sets, without a guard.</summary>
[Training]
[Model<TamperedModel>]
[Dataset<OneSamples>]
[GlobalBatch(2)]
[MicroBatch(1)]
[Epochs(2)]
[Sgd(LearningRate = 0.1)]
internal sealed partial class WeightedTraining
{
    [Loss]
    private static WeightedSum Loss(TamperedModel model, in OneSamples.Batch batch) => WeightOf.Loss(model.call(batch.X));
}

/// <summary>The same, with a guard that stops.</summary>
[Training]
[Model<TamperedModel>]
[Dataset<OneSamples>]
[GlobalBatch(2)]
[MicroBatch(1)]
[Epochs(2)]
[Sgd(LearningRate = 0.1)]
[NonFinite(NonFiniteAction.Stop)]
internal sealed partial class GuardedWeightTraining
{
    [Loss]
    private static WeightedSum Loss(TamperedModel model, in OneSamples.Batch batch) => WeightOf.Loss(model.call(batch.X));
}

/// <summary>The same, with a guard that skips, and clipping.</summary>
[Training]
[Model<TamperedModel>]
[Dataset<OneSamples>]
[GlobalBatch(2)]
[MicroBatch(1)]
[Epochs(2)]
[Sgd(LearningRate = 0.1)]
[ClipGradNorm(1.0)]
[NonFinite(NonFiniteAction.Skip)]
internal sealed partial class SkippedWeightTraining
{
    [Loss]
    private static WeightedSum Loss(TamperedModel model, in OneSamples.Batch batch) => WeightOf.Loss(model.call(batch.X));
}

/// <summary>Two replicas of a bfloat16 model, and one, over the same samples.</summary>
[Training]
[Model<SixteenBitModel>]
[Dataset<OneSamples>]
[GlobalBatch(512)]
[MicroBatch(1)]
[MaxSteps(1)]
[Adam(LearningRate = 2, Epsilon = 1)]
internal sealed partial class SixteenBitTraining
{
    public double Norm { get; private set; }

    public double Gradient { get; private set; }

    [Loss]
    private static Tensor Loss(SixteenBitModel model, in OneSamples.Batch batch) => model.call(batch.X.to(ScalarType.BFloat16)).mean();

    partial void OnStep(in StepReport step)
    {
        Norm = step.GradientNorm;
        Gradient = Model.W.grad!.to(ScalarType.Float64).item<double>();
    }
}

/// <summary>One weight of 4, in bfloat16.</summary>
internal sealed class SixteenBitModel : nn.Module<Tensor, Tensor>
{
    public SixteenBitModel()
        : base(nameof(SixteenBitModel))
    {
        W = new TorchSharp.Modules.Parameter(full([1], 4f).to(ScalarType.BFloat16));
        RegisterComponents();
    }

    public TorchSharp.Modules.Parameter W { get; }

    public override Tensor forward(Tensor x) => W * x;

    protected override void RegisterComponents() => register_parameter("W", W);
}

/// <summary>The weight that the tests' losses state; tests that set it run one after another.</summary>
internal static class WeightOf
{
    [System.ThreadStatic]
    private static double s_value;

    public static double Value { get => s_value; set => s_value = value; }

    public static WeightedSum Loss(Tensor output) => new(output.sum(), tensor(s_value));
}
