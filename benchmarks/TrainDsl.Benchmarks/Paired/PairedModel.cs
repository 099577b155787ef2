using System;
using TrainDsl.Benchmarks.Loops;
using TrainDsl.Benchmarks.Models;
using static TorchSharp.torch;

namespace TrainDsl.Benchmarks.Paired;

/// <summary>A model with everything that the loops need to train it from the same weights on the same batches.</summary>
/// <param name="Name">Its name on the command line.</param>
/// <param name="Steps">How many steps suit a block: some hundredths of a second, so that slow seconds fall on all loops.</param>
/// <param name="Batches">The batches of the loops that load no data.</param>
/// <param name="NewTraining">Makes the declared training.</param>
/// <param name="NewFloor">Makes the floor.</param>
/// <param name="NewModel">Makes the model with the weights that the declared training begins with.</param>
internal sealed record PairedModel(
    string Name,
    int Steps,
    (Tensor Input, Tensor Label)[] Batches,
    Func<ISteppedTraining> NewTraining,
    Func<PairedModel, FloorLoop> NewFloor,
    Func<nn.Module<Tensor, Tensor>> NewModel)
{
    /// <summary>The model of a name.</summary>
    /// <param name="name">One of <see cref="PairedOptions.AllModels"/>.</param>
    public static PairedModel Of(string name) => name switch
    {
        "tiny" => new(
            name, 200, Loops.Batches.Of(4, PairedRun.BatchSize, 16), static () => new PairedTinyMlp(new Measurements()),
            static model => Floor(model, Seeded<TinyMlp>(), RawForward.Of), Seeded<TinyMlp>),
        "mlp" => new(
            name, 50, Loops.Batches.Of(10, PairedRun.BatchSize, 784), static () => new PairedMlp(new FlatImages()),
            static model => Floor(model, Seeded<Mlp>(), RawForward.Of), Seeded<Mlp>),
        "cnn" => new(
            name, 20, Loops.Batches.Of(10, PairedRun.BatchSize, 1, 28, 28), static () => new PairedSmallCnn(new SquareImages()),
            static model => Floor(model, Seeded<SmallCnn>(), RawForward.Of), Seeded<SmallCnn>),
        _ => throw new ArgumentOutOfRangeException(nameof(name), name, "There is no such model."),
    };

    // The weights decide the time too: with softmax saturated, second moments fall below the smallest normal number, whose square roots took the fused AdamW
    // five times as long.
    private static TModel Seeded<TModel>()
        where TModel : nn.Module, new()
    {
        manual_seed(0);
        return new TModel();
    }

    private static FloorLoop Floor<TModel>(PairedModel paired, TModel model, Func<TModel, FloorLoop.Forward> forward)
        where TModel : nn.Module<Tensor, Tensor>
        => new(model, forward(model), paired.Batches);
}
