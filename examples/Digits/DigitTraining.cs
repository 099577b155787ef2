using TrainDsl;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Digits;

/// <summary>MuseTalk's batch arithmetic on one device: global batch 64 = micro-batch 32 x accumulation 2.</summary>
[Training]
[Model<DigitClassifier>]
[Dataset<DigitImages>]
[GlobalBatch(64)]
[MicroBatch(32)]
[Devices(1)]
[GradientAccumulation(2)]
[Epochs(20)]
[AdamW(LearningRate = 3e-3, WeightDecay = 1e-2, DecayOnly = DecayOnly.Matrices)]
[CosineDecay(WarmupSteps = 40)]
[ClipGradNorm(1.0)]
public sealed partial class DigitTraining
{
    [Loss]
    private static Tensor Loss(DigitClassifier model, in DigitImages.Batch batch)
        => functional.cross_entropy(model.call(batch.Pixels), batch.Label);

    [Metric("accuracy")]
    private static Tensor Accuracy(DigitClassifier model, in DigitImages.Batch batch)
        => model.call(batch.Pixels).argmax(1).eq(batch.Label).to_type(ScalarType.Float32).mean();
}
