using System.Collections.Generic;

namespace TrainDsl.Tests.Numerics;

/// <summary>What all reference runs have in common: samples, and the weights that they start from.</summary>
/// <param name="Torch">The PyTorch version that the files were made with.</param>
/// <param name="Samples">The number of samples.</param>
/// <param name="Shape">Inputs, hidden units and outputs.</param>
/// <param name="Inputs">[samples, inputs], as the arrays below in row-major order.</param>
/// <param name="Labels">[samples].</param>
/// <param name="Targets">[samples, outputs].</param>
/// <param name="Weights">[samples, outputs].</param>
/// <param name="Parameters">The initial weights by name.</param>
internal sealed record ReferenceData(
    string Torch,
    int Samples,
    int[] Shape,
    float[] Inputs,
    long[] Labels,
    float[] Targets,
    float[] Weights,
    IReadOnlyDictionary<string, float[]> Parameters)
{
    public static ReferenceData Shared { get; } = ReferenceFiles.Read<ReferenceData>("data");
}
