/* the block */
[Training]
[Model<DigitClassifier>]
[Dataset<DigitImages>]
[Epochs(20)]
[AdamW]
public sealed partial class Declared
{
    [Loss]
    private static Tensor Loss(DigitClassifier model, in DigitImages.Batch batch)
        => functional.cross_entropy(model.call(batch.Pixels), batch.Label);
}
