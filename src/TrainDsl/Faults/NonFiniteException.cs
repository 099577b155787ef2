using System;
using System.Collections.Generic;
using System.Linq;

namespace TrainDsl;

/// <summary>A loss or gradient was NaN or infinite, and the run stopped before the weights were updated with it.</summary>
public sealed class NonFiniteException : Exception
{
    private const int MostListed = 16;

    internal NonFiniteException(string what, long step, IReadOnlyList<long> samples)
        : base($"{what} of step {step + 1} is not finite; the weights are those before the step. Its samples are {List(samples)}. Look for damaged values "
            + "among them, lower the learning rate, clip the gradient with [ClipGradNorm], or declare [NonFinite(NonFiniteAction.Skip)].")
    {
        Step = step;
        Samples = samples;
    }

    /// <summary>Optimizer steps made before it.</summary>
    public long Step { get; }

    /// <summary>The indices of the global batch's samples in the dataset.</summary>
    public IReadOnlyList<long> Samples { get; }

    private static string List(IReadOnlyList<long> samples) =>
        string.Join(", ", samples.Take(MostListed)) + (samples.Count > MostListed ? $" and {samples.Count - MostListed} more (Samples)" : "");
}
