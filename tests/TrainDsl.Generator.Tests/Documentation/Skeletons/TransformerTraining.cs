public sealed class Transformer : Module<Tensor, Tensor>
{
    private readonly TorchSharp.Modules.Linear _embedding;
    private readonly TorchSharp.Modules.TransformerEncoder _encoder;
    private readonly TorchSharp.Modules.Linear _head;

    public Transformer(int layers, int width)
        : base(nameof(Transformer))
    {
        _embedding = Linear(8, width);
        _encoder = TransformerEncoder(TransformerEncoderLayer(width, 8), layers);
        _head = Linear(width, 10);
        RegisterComponents();
    }

    // Each row of an image is a token.
    public override Tensor forward(Tensor pixels) => _head.call(_encoder.call(_embedding.call(pixels.squeeze(1)).transpose(0, 1), null, null).mean([0]));
}

[Training]
[Model<Transformer>]
[Dataset<DigitImages>]
[GlobalBatch(64)]
[MicroBatch(64)]
[Epochs(20)]
[AdamW]
public sealed partial class TransformerTraining
{
    [Loss]
    private static Tensor Loss(Transformer model, in DigitImages.Batch batch)
        => functional.cross_entropy(model.call(batch.Pixels), batch.Label);
}
