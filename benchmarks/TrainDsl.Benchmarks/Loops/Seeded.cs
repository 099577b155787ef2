using static TorchSharp.torch;

namespace TrainDsl.Benchmarks.Loops;

/// <summary>
/// Models with the initial weights of the generated loops. The weights decide the time too: where softmax saturates, second moments fall below the smallest
/// normal number, whose square roots took the fused AdamW five times as long.
/// </summary>
internal static class Seeded
{
    public static TModel Model<TModel>()
        where TModel : nn.Module, new()
    {
        manual_seed(0);
        return new TModel();
    }
}
