[Training]
[Model<DigitClassifier>]
[Dataset<DigitImages>]
[GlobalBatch(64)]
[MicroBatch(64)]
[Epochs(20)]
[AdamW]
public sealed partial class DigitTraining
{
    [Loss]
    private static Tensor Loss(DigitClassifier model, in DigitImages.Batch batch)
        => functional.cross_entropy(model.call(batch.Pixels), batch.Label);
}
