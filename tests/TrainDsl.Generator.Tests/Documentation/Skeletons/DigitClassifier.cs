public sealed class DigitClassifier : Module<Tensor, Tensor>
{
    private readonly Module<Tensor, Tensor> _layers = Sequential(Flatten(), Linear(64, 10));

    public DigitClassifier()
        : base(nameof(DigitClassifier)) =>
        RegisterComponents();

    public override Tensor forward(Tensor pixels) => _layers.call(pixels);
}
