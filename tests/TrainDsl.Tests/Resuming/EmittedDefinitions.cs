using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace TrainDsl.Tests.Resuming;

/// <summary>A run with all that a state has, short steps and frequent checkpoints: one that is worth killing.</summary>
[Training]
[Model<ResumedModel>]
[Dataset<ResumedSamples>]
[GlobalBatch(24)]
[MicroBatch(8)]
[Epochs(120)]
[AdamW(LearningRate = 3e-3, DecayOnly = DecayOnly.Matrices)]
[CosineDecay(WarmupSteps = 20)]
[ClipGradNorm(1.0)]
[NonFinite]
[Checkpoint(EverySteps = 3, Keep = 2, KeepBest = "loss")]
internal sealed partial class KilledTraining
{
    [ModelFactory]
    private static ResumedModel NewResumedModel() => new();

    [Loss]
    private static Tensor Loss(ResumedModel model, in ResumedSamples.Batch batch) => functional.cross_entropy(model.call(batch.Features), batch.Label);
}

/// <summary>The same, leaving out what is not finite.</summary>
[Training]
[Model<ResumedModel>]
[Dataset<ResumedSamples>]
[GlobalBatch(24)]
[MicroBatch(12)]
[Epochs(4)]
[Sgd(LearningRate = 1e-2, Momentum = 0.9)]
[NonFinite(NonFiniteAction.Skip)]
[Checkpoint(EveryEpochs = 1)]
internal sealed partial class SkippingTraining
{
    [ModelFactory]
    private static ResumedModel NewResumedModel() => new();

    [Loss]
    private static Tensor Loss(ResumedModel model, in ResumedSamples.Batch batch) => functional.cross_entropy(model.call(batch.Features), batch.Label);
}

/// <summary>A model without dropout, whose batches may be divided at will, that needs much memory for each sample.</summary>
internal sealed class HungryModel : Module<Tensor, Tensor>
{
    private const long Copies = 1 << 18;

    private readonly Linear _first = Linear(ResumedSamples.FeatureCount, 8);
    private readonly Linear _second = Linear(8, 4);

    public HungryModel()
        : base(nameof(HungryModel)) =>
        RegisterComponents();

    // 8 MiB of activations a sample and operation, whose mean is what one copy has.
    public override Tensor forward(Tensor features) =>
        _second.call(_first.call(features).unsqueeze(1).expand(-1, Copies, -1).contiguous().tanh().mean([1]));
}

/// <summary>A micro-batch that is fitted to the memory at hand.</summary>
[Training]
[Model<HungryModel>]
[Dataset<ResumedSamples>]
[GlobalBatch(48)]
[MicroBatch(Auto = true)]
[MaxSteps(5)]
[AdamW(LearningRate = 1e-2)]
[ClipGradNorm(1.0)]
[Checkpoint(EverySteps = 5)]
internal sealed partial class HungryTraining
{
    [Loss]
    private static Tensor Loss(HungryModel model, in ResumedSamples.Batch batch) => functional.cross_entropy(model.call(batch.Features), batch.Label);
}

/// <summary>What tests read of a model.</summary>
internal static class ModelBytes
{
    /// <summary>Every parameter and buffer, in the order of their names.</summary>
    public static byte[] Of(nn.Module model) => [.. model.state_dict().OrderBy(static pair => pair.Key, StringComparer.Ordinal).SelectMany(static pair =>
    {
        using Tensor copy = pair.Value.detach().contiguous();
        return copy.bytes.ToArray();
    })];
}

/// <summary>Prints each step on a line of its own.</summary>
internal sealed class StepPrinter(TextWriter output) : ITrainingMonitor
{
    public void OnStart(RunInfo run) => output.WriteLine($"from {run.FirstStep}");

    public void OnStep(in StepReport step) => output.WriteLine($"step {step.Step}");

    public void OnEnd(TrainingResult result) => output.WriteLine($"plan {result.Plan}");

    public void OnNotice(Notice notice) => Console.Error.WriteLine(notice);
}
