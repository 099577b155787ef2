using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace TrainDsl.Benchmarks.Models;

/// <summary>What the definitions that are trained by one and by two replicas have in common.</summary>
internal static class ReplicaRun
{
    public const int GlobalBatch = 64;
    public const int Steps = 200;
}

[Training]
[Model<Mlp>]
[Dataset<FlatImages>(DropLast = true)]
[GlobalBatch(ReplicaRun.GlobalBatch)]
[MicroBatch(ReplicaRun.GlobalBatch)]
[MaxSteps(ReplicaRun.Steps)]
[AdamW(LearningRate = 1e-3)]
public sealed partial class MlpReplicas
{
    [Loss]
    private static Tensor Loss(Mlp model, in FlatImages.Batch batch) => functional.cross_entropy(model.call(batch.Input), batch.Label);
}

[Training]
[Model<TinyMlp>]
[Dataset<Measurements>(DropLast = true)]
[GlobalBatch(ReplicaRun.GlobalBatch)]
[MicroBatch(ReplicaRun.GlobalBatch)]
[MaxSteps(ReplicaRun.Steps)]
[AdamW(LearningRate = 1e-3)]
public sealed partial class TinyMlpReplicas
{
    [Loss]
    private static Tensor Loss(TinyMlp model, in Measurements.Batch batch) => functional.cross_entropy(model.call(batch.Input), batch.Label);
}

[Training]
[Model<SmallCnn>]
[Dataset<SquareImages>(DropLast = true)]
[GlobalBatch(ReplicaRun.GlobalBatch)]
[MicroBatch(ReplicaRun.GlobalBatch)]
[MaxSteps(ReplicaRun.Steps)]
[AdamW(LearningRate = 1e-3)]
public sealed partial class SmallCnnReplicas
{
    [Loss]
    private static Tensor Loss(SmallCnn model, in SquareImages.Batch batch) => functional.cross_entropy(model.call(batch.Input), batch.Label);
}
