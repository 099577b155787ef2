using System;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace TrainDsl.Benchmarks.Models;

/// <summary>What the loops that are run in turn have in common. The samples are not shuffled, so that every loop sees the same batches in the same order.</summary>
internal static class PairedRun
{
    public const int BatchSize = 32;
    public const double LearningRate = 1e-3;

    /// <summary>More than any measurement makes: it is what ends the run.</summary>
    public const long EndlessSteps = 1_000_000_000;
}

[Training]
[Model<Mlp>]
[Dataset<FlatImages>(Shuffle = false, DropLast = true)]
[MicroBatch(PairedRun.BatchSize)]
[MaxSteps(PairedRun.EndlessSteps)]
[AdamW(LearningRate = PairedRun.LearningRate)]
public sealed partial class PairedMlp : ISteppedTraining
{
    /// <inheritdoc/>
    public Action? Stepped { get; set; }

    /// <inheritdoc/>
    public Module<Tensor, Tensor> Network => Model;

    [Loss]
    private static Tensor Loss(Mlp model, in FlatImages.Batch batch) => functional.cross_entropy(model.call(batch.Input), batch.Label);

    partial void OnStep(in StepReport step) => Stepped?.Invoke();
}

[Training]
[Model<TinyMlp>]
[Dataset<Measurements>(Shuffle = false, DropLast = true)]
[MicroBatch(PairedRun.BatchSize)]
[MaxSteps(PairedRun.EndlessSteps)]
[AdamW(LearningRate = PairedRun.LearningRate)]
public sealed partial class PairedTinyMlp : ISteppedTraining
{
    /// <inheritdoc/>
    public Action? Stepped { get; set; }

    /// <inheritdoc/>
    public Module<Tensor, Tensor> Network => Model;

    [Loss]
    private static Tensor Loss(TinyMlp model, in Measurements.Batch batch) => functional.cross_entropy(model.call(batch.Input), batch.Label);

    partial void OnStep(in StepReport step) => Stepped?.Invoke();
}

[Training]
[Model<SmallCnn>]
[Dataset<SquareImages>(Shuffle = false, DropLast = true)]
[MicroBatch(PairedRun.BatchSize)]
[MaxSteps(PairedRun.EndlessSteps)]
[AdamW(LearningRate = PairedRun.LearningRate)]
public sealed partial class PairedSmallCnn : ISteppedTraining
{
    /// <inheritdoc/>
    public Action? Stepped { get; set; }

    /// <inheritdoc/>
    public Module<Tensor, Tensor> Network => Model;

    [Loss]
    private static Tensor Loss(SmallCnn model, in SquareImages.Batch batch) => functional.cross_entropy(model.call(batch.Input), batch.Label);

    partial void OnStep(in StepReport step) => Stepped?.Invoke();
}
