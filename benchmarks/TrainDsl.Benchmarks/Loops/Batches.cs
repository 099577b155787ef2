using System.Linq;
using static TorchSharp.torch;

namespace TrainDsl.Benchmarks.Loops;

/// <summary>Batches of seeded noise as tensors, made beforehand.</summary>
internal static class Batches
{
    private const int Count = 64;

    public static (Tensor Input, Tensor Label)[] Of(long classes, params long[] shape)
    {
        manual_seed(1);
        return [.. Enumerable.Range(0, Count).Select(_ => (rand(shape), randint(0, classes, shape[0], dtype: ScalarType.Int64)))];
    }
}
