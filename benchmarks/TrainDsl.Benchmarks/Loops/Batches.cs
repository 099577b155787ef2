using System;
using System.Linq;
using TrainDsl.Benchmarks.Models;
using static TorchSharp.torch;

namespace TrainDsl.Benchmarks.Loops;

/// <summary>The samples of the datasets as batches of tensors, made beforehand.</summary>
internal static class Batches
{
    /// <param name="classes">The labels, which follow one another as in the datasets.</param>
    /// <param name="shape">The shape of a batch, its samples first.</param>
    public static (Tensor Input, Tensor Label)[] Of(long classes, params long[] shape)
    {
        int samples = (int)shape[0];
        var noise = new Noise((int)shape[1..].Aggregate(1L, static (product, length) => product * length));
        return [.. Enumerable.Range(0, Noise.Samples / samples).Select(batch => Batch(noise, batch * samples, classes, shape))];
    }

    private static (Tensor Input, Tensor Label) Batch(Noise noise, int first, long classes, long[] shape)
    {
        int[] indices = [.. Enumerable.Range(first, (int)shape[0])];
        float[] values = [.. indices.SelectMany(index => noise[index].ToArray())];
        return (tensor(values).reshape(shape), tensor(Array.ConvertAll(indices, index => index % classes)));
    }
}
