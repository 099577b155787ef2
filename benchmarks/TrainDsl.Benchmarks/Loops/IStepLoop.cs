using System;
using static TorchSharp.torch;

namespace TrainDsl.Benchmarks.Loops;

/// <summary>A loop that makes some steps when it is asked to, and goes on from there the next time.</summary>
internal interface IStepLoop : IDisposable
{
    /// <summary>The model that is trained.</summary>
    nn.Module<Tensor, Tensor> Network { get; }

    /// <summary>Makes optimizer steps.</summary>
    /// <param name="steps">How many, at least 0.</param>
    void Run(int steps);
}
