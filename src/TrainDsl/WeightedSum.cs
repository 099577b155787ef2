using TorchSharp;

namespace TrainDsl;

/// <summary>
/// A sum over a micro-batch and the weight that it stands for (tokens, pixels, samples): what a loss or metric returns when
/// micro-batches weigh unequally. The value over a global batch, or a whole evaluation, is the sum of sums over the sum of weights.
/// </summary>
/// <param name="Sum">A scalar tensor: the sum of the terms. Gradients flow through it.</param>
/// <param name="Weight">A scalar tensor: the weight of those terms, at least 0; no gradient flows through it.</param>
public readonly record struct WeightedSum(torch.Tensor Sum, torch.Tensor Weight);
