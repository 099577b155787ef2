using System;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace TrainDsl.Tests.Parameters;

/// <summary>Small models of layers whose parameters have shapes and kernels of their own.</summary>
internal static class LayerModel
{
    public static Module<Tensor, Tensor> Create(string kind)
    {
        return kind switch
        {
            "convolution" => Sequential(Conv2d(1, 4, 3), BatchNorm2d(4), ReLU(), Flatten(), Linear(4 * 6 * 6, 2)),
            "embedding" => Sequential(Embedding(10, 6), LayerNorm(6), Linear(6, 2)),
            "recurrent" => new Recurrent(),
            _ => throw new ArgumentOutOfRangeException(nameof(kind)),
        };
    }

    public static Tensor Input(string kind)
    {
        return kind switch
        {
            "convolution" => rand(3, 1, 8, 8),
            "embedding" => randint(0, 10, [3, 5], dtype: ScalarType.Int64),
            _ => rand(3, 5, 4),
        };
    }

    private sealed class Recurrent : Module<Tensor, Tensor>
    {
        private readonly TorchSharp.Modules.LSTM _cells = LSTM(4, 6, batchFirst: true);

        public Recurrent()
            : base(nameof(Recurrent)) =>
            RegisterComponents();

        public override Tensor forward(Tensor input) => _cells.call(input).Item1;
    }
}
