using TrainDsl;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Moons._1;

/// <summary>How the classifier is trained. Press F12 on <c>Run</c> in Program.cs to read the generated loop.</summary>
[Training]
[Model<MoonClassifier>]
[Dataset<MoonPoints>]
[GlobalBatch(64)] // = micro-batch x devices x accumulation: change one of them, and the compiler says what fits.
[MicroBatch(32)]
[Devices(1)]
[GradientAccumulation(2)]
[Epochs(10)]
[AdamW(LearningRate = 1e-2)]
[CosineDecay(WarmupSteps = 10)]
[ClipGradNorm(1.0)]
public sealed partial class MoonTraining
{
    [Loss]
    private static Tensor Loss(MoonClassifier model, in MoonPoints.Batch batch)
        => functional.cross_entropy(model.call(batch.Point), batch.Moon);

    [Metric("accuracy")]
    private static Tensor Accuracy(MoonClassifier model, in MoonPoints.Batch batch)
        => model.call(batch.Point).argmax(1).eq(batch.Moon).to_type(ScalarType.Float32).mean();
}
