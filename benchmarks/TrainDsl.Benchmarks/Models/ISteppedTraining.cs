using System;
using System.Threading;
using static TorchSharp.torch;

namespace TrainDsl.Benchmarks.Models;

/// <summary>A declared training that says after each step that it has made it, so that other loops can run in between.</summary>
public interface ISteppedTraining : IDisposable
{
    /// <summary>What is called after each step, on the thread that trains; the run waits for it.</summary>
    Action? Stepped { get; set; }

    /// <summary>The model that is trained.</summary>
    nn.Module<Tensor, Tensor> Network { get; }

    /// <summary>The generated loop.</summary>
    /// <param name="options">What differs from the defaults.</param>
    /// <param name="cancellationToken">Ends the run after the step it is in.</param>
    TrainingResult Run(TrainingOptions? options = null, CancellationToken cancellationToken = default);
}
