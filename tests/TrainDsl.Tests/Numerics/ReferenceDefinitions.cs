using System;
using System.Collections.Generic;
using static TorchSharp.torch;

namespace TrainDsl.Tests.Numerics;

/// <summary>The reference cases as training definitions: what is compared is the loop that the generator writes for them.</summary>
internal static class ReferenceDefinitions
{
    private static readonly Dictionary<string, Func<ReferenceSamples, ReferenceModel, TrainingOptions, TrainingResult>> s_runs = new()
    {
        ["adamw-cosine-clipped"] = static (samples, model, options) => new AdamWCosineClipped(samples, model).Run(options),
        ["adamw-linear-matrices"] = static (samples, model, options) => new AdamWLinearMatrices(samples, model).Run(options),
        ["adam-constant"] = static (samples, model, options) => new AdamConstant(samples, model).Run(options),
        ["adam-cosine-decayed-clipped"] = static (samples, model, options) => new AdamCosineDecayedClipped(samples, model).Run(options),
        ["sgd-constant"] = static (samples, model, options) => new SgdConstant(samples, model).Run(options),
        ["sgd-momentum-step-clipped"] = static (samples, model, options) => new SgdMomentumStepClipped(samples, model).Run(options),
        ["sgd-nesterov-linear-matrices-clipped"] = static (samples, model, options) => new SgdNesterovLinearMatricesClipped(samples, model).Run(options),
        ["sgd-partial-batch"] = static (samples, model, options) => new SgdPartialBatch(samples, model).Run(options),
        ["adamw-partial-batch-clipped"] = static (samples, model, options) => new AdamWPartialBatchClipped(samples, model).Run(options),
        ["sgd-dropped-batch-clipped"] = static (samples, model, options) => new SgdDroppedBatchClipped(samples, model).Run(options),
        ["sgd-weighted"] = static (samples, model, options) => new SgdWeighted(samples, model).Run(options),
        ["adamw-weighted-partial-batch-clipped"] = static (samples, model, options) => new AdamWWeightedPartialBatchClipped(samples, model).Run(options),
    };

    /// <summary>Trains the model, which stays the caller's, as the case of this name declares.</summary>
    public static TrainingResult Run(string name, ReferenceSamples samples, ReferenceModel model, TrainingOptions options) =>
        s_runs.TryGetValue(name, out Func<ReferenceSamples, ReferenceModel, TrainingOptions, TrainingResult>? run)
            ? run(samples, model, options)
            : throw new ArgumentException($"Reference case '{name}' has no definition; declare its settings here.", nameof(name));
}

[Training]
[Model<ReferenceModel>]
[Dataset<ReferenceSamples>(Shuffle = false)]
[GlobalBatch(32)]
[MicroBatch(8)]
[Epochs(10)]
[AdamW(LearningRate = 3e-3, WeightDecay = 0.05)]
[CosineDecay(WarmupSteps = 10)]
[ClipGradNorm(0.4)]
internal sealed partial class AdamWCosineClipped
{
    [Loss]
    private static Tensor Loss(ReferenceModel model, in ReferenceSamples.Batch batch) => ReferenceModel.MeanLoss(model, in batch);
}

[Training]
[Model<ReferenceModel>]
[Dataset<ReferenceSamples>(Shuffle = false)]
[GlobalBatch(32)]
[MicroBatch(32)]
[MaxSteps(50)]
[AdamW(LearningRate = 2e-3, Beta1 = 0.85, Beta2 = 0.98, Epsilon = 1e-6, WeightDecay = 0.5, DecayOnly = DecayOnly.Matrices)]
[LinearDecay(WarmupSteps = 5, DecaySteps = 40, FinalFactor = 0.1)]
internal sealed partial class AdamWLinearMatrices
{
    [Loss]
    private static Tensor Loss(ReferenceModel model, in ReferenceSamples.Batch batch) => ReferenceModel.MeanLoss(model, in batch);
}

[Training]
[Model<ReferenceModel>]
[Dataset<ReferenceSamples>(Shuffle = false)]
[GlobalBatch(32)]
[MicroBatch(16)]
[Epochs(10)]
[Adam(LearningRate = 2e-3)]
[Constant(WarmupSteps = 10)]
internal sealed partial class AdamConstant
{
    [Loss]
    private static Tensor Loss(ReferenceModel model, in ReferenceSamples.Batch batch) => ReferenceModel.MeanLoss(model, in batch);
}

[Training]
[Model<ReferenceModel>]
[Dataset<ReferenceSamples>(Shuffle = false)]
[GlobalBatch(32)]
[MicroBatch(8)]
[Epochs(10)]
[Adam(LearningRate = 2e-3, Beta2 = 0.99, Epsilon = 1e-7, WeightDecay = 0.02, DecayOnly = DecayOnly.Matrices)]
[CosineDecay(WarmupSteps = 4, DecaySteps = 45, FinalFactor = 0.2)]
[ClipGradNorm(0.4)]
internal sealed partial class AdamCosineDecayedClipped
{
    [Loss]
    private static Tensor Loss(ReferenceModel model, in ReferenceSamples.Batch batch) => ReferenceModel.MeanLoss(model, in batch);
}

[Training]
[Model<ReferenceModel>]
[Dataset<ReferenceSamples>(Shuffle = false)]
[GlobalBatch(32)]
[MicroBatch(32)]
[Epochs(10)]
[Sgd(LearningRate = 0.1)]
[Constant]
internal sealed partial class SgdConstant
{
    [Loss]
    private static Tensor Loss(ReferenceModel model, in ReferenceSamples.Batch batch) => ReferenceModel.MeanLoss(model, in batch);
}

[Training]
[Model<ReferenceModel>]
[Dataset<ReferenceSamples>(Shuffle = false)]
[GlobalBatch(32)]
[MicroBatch(8)]
[Epochs(10)]
[Sgd(LearningRate = 0.1, Momentum = 0.9, Dampening = 0.3, WeightDecay = 0.01)]
[StepDecay(15, Factor = 0.5, WarmupSteps = 6)]
[ClipGradNorm(0.4)]
internal sealed partial class SgdMomentumStepClipped
{
    [Loss]
    private static Tensor Loss(ReferenceModel model, in ReferenceSamples.Batch batch) => ReferenceModel.MeanLoss(model, in batch);
}

[Training]
[Model<ReferenceModel>]
[Dataset<ReferenceSamples>(Shuffle = false)]
[GlobalBatch(32)]
[MicroBatch(32)]
[Epochs(10)]
[Sgd(LearningRate = 0.05, Momentum = 0.8, Nesterov = true, WeightDecay = 0.02, DecayOnly = DecayOnly.Matrices)]
[LinearDecay(WarmupSteps = 8)]
[ClipGradNorm(0.4)]
internal sealed partial class SgdNesterovLinearMatricesClipped
{
    [Loss]
    private static Tensor Loss(ReferenceModel model, in ReferenceSamples.Batch batch) => ReferenceModel.MeanLoss(model, in batch);
}

[Training]
[Model<ReferenceModel>]
[Dataset<ReferenceSamples>(Shuffle = false)]
[GlobalBatch(32)]
[MicroBatch(8)]
[Epochs(10)]
[Sgd(LearningRate = 0.1, Momentum = 0.5, WeightDecay = 0.001)]
[CosineDecay(WarmupSteps = 5)]
internal sealed partial class SgdPartialBatch
{
    [Loss]
    private static Tensor Loss(ReferenceModel model, in ReferenceSamples.Batch batch) => ReferenceModel.MeanLoss(model, in batch);
}

[Training]
[Model<ReferenceModel>]
[Dataset<ReferenceSamples>(Shuffle = false)]
[GlobalBatch(32)]
[MicroBatch(16)]
[Epochs(10)]
[AdamW(LearningRate = 3e-3)]
[Constant(WarmupSteps = 10)]
[ClipGradNorm(0.5)]
internal sealed partial class AdamWPartialBatchClipped
{
    [Loss]
    private static Tensor Loss(ReferenceModel model, in ReferenceSamples.Batch batch) => ReferenceModel.MeanLoss(model, in batch);
}

[Training]
[Model<ReferenceModel>]
[Dataset<ReferenceSamples>(Shuffle = false, DropLast = true)]
[GlobalBatch(32)]
[MicroBatch(8)]
[MaxSteps(50)]
[Sgd(LearningRate = 0.1, Momentum = 0.9)]
[StepDecay(20, Factor = 0.3, WarmupSteps = 5)]
[ClipGradNorm(0.4)]
internal sealed partial class SgdDroppedBatchClipped
{
    [Loss]
    private static Tensor Loss(ReferenceModel model, in ReferenceSamples.Batch batch) => ReferenceModel.MeanLoss(model, in batch);
}

[Training]
[Model<ReferenceModel>]
[Dataset<ReferenceSamples>(Shuffle = false)]
[GlobalBatch(32)]
[MicroBatch(8)]
[Epochs(10)]
[Sgd(LearningRate = 0.1, Momentum = 0.6, Nesterov = true, WeightDecay = 0.001)]
[CosineDecay(WarmupSteps = 5, FinalFactor = 0.05)]
internal sealed partial class SgdWeighted
{
    [Loss]
    private static WeightedSum Loss(ReferenceModel model, in ReferenceSamples.Batch batch) => ReferenceModel.WeightedLoss(model, in batch);
}

[Training]
[Model<ReferenceModel>]
[Dataset<ReferenceSamples>(Shuffle = false)]
[GlobalBatch(32)]
[MicroBatch(8)]
[Epochs(10)]
[AdamW(LearningRate = 3e-3)]
[LinearDecay(WarmupSteps = 10)]
[ClipGradNorm(0.6)]
internal sealed partial class AdamWWeightedPartialBatchClipped
{
    [Loss]
    private static WeightedSum Loss(ReferenceModel model, in ReferenceSamples.Batch batch) => ReferenceModel.WeightedLoss(model, in batch);
}
