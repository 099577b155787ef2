using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace TrainDsl.Benchmarks.Models;

[Training]
[Model<Mlp>]
[Dataset<FlatImages>(DropLast = true)]
[MicroBatch(BatchSize)]
[MaxSteps(Steps)]
[AdamW(LearningRate = 1e-3)]
public sealed partial class MlpTraining
{
    public const int BatchSize = 32;
    public const int Steps = 300;

    [Loss]
    private static Tensor Loss(Mlp model, in FlatImages.Batch batch) => functional.cross_entropy(model.call(batch.Input), batch.Label);
}

[Training]
[Model<TinyMlp>]
[Dataset<Measurements>(DropLast = true)]
[MicroBatch(BatchSize)]
[MaxSteps(Steps)]
[AdamW(LearningRate = 1e-3)]
public sealed partial class TinyMlpTraining
{
    public const int BatchSize = 32;
    public const int Steps = 4000;

    [Loss]
    private static Tensor Loss(TinyMlp model, in Measurements.Batch batch) => functional.cross_entropy(model.call(batch.Input), batch.Label);
}

[Training]
[Model<SmallCnn>]
[Dataset<SquareImages>(DropLast = true)]
[MicroBatch(BatchSize)]
[MaxSteps(Steps)]
[AdamW(LearningRate = 1e-3)]
public sealed partial class SmallCnnTraining
{
    public const int BatchSize = 32;
    public const int Steps = 150;

    [Loss]
    private static Tensor Loss(SmallCnn model, in SquareImages.Batch batch) => functional.cross_entropy(model.call(batch.Input), batch.Label);
}

[Training]
[Model<Mlp>]
[Dataset<FlatImages>(DropLast = true)]
[MicroBatch(MlpTraining.BatchSize)]
[MaxSteps(MlpTraining.Steps)]
[AdamW(LearningRate = 1e-3)]
[Checkpoint(EverySteps = 50)]
public sealed partial class CheckpointedMlpTraining
{
    [Loss]
    private static Tensor Loss(Mlp model, in FlatImages.Batch batch) => functional.cross_entropy(model.call(batch.Input), batch.Label);
}
