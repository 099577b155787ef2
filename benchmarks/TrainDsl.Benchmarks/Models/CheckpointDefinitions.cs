using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace TrainDsl.Benchmarks.Models;

/// <summary>What the definitions that are trained with and without checkpoints have in common.</summary>
internal static class CheckpointRun
{
    public const int BatchSize = 32;
    public const int Steps = 300;
}

[Training]
[Model<Mlp>]
[Dataset<FlatImages>(DropLast = true)]
[MicroBatch(CheckpointRun.BatchSize)]
[MaxSteps(CheckpointRun.Steps)]
[AdamW(LearningRate = 1e-3)]
public sealed partial class UncheckpointedMlp
{
    [Loss]
    private static Tensor Loss(Mlp model, in FlatImages.Batch batch) => functional.cross_entropy(model.call(batch.Input), batch.Label);
}

[Training]
[Model<Mlp>]
[Dataset<FlatImages>(DropLast = true)]
[MicroBatch(CheckpointRun.BatchSize)]
[MaxSteps(CheckpointRun.Steps)]
[AdamW(LearningRate = 1e-3)]
[Checkpoint(EverySteps = 50)]
public sealed partial class CheckpointedMlp
{
    [Loss]
    private static Tensor Loss(Mlp model, in FlatImages.Batch batch) => functional.cross_entropy(model.call(batch.Input), batch.Label);
}
