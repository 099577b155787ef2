using System;
using System.Collections.Generic;
using TrainDsl.Benchmarks.Models;
using static TorchSharp.torch;

namespace TrainDsl.Benchmarks.Paired;

/// <summary>Checks that the loops of this process train alike: a loop that left something out would be measured as fast.</summary>
internal static class SameTraining
{
    // Rounding differs between the loops, and training magnifies it; a step left out, other data or another rate differ far more.
    private const double Tolerance = 0.01;

    /// <summary>Compares the losses of all models after as many steps.</summary>
    /// <param name="loops">The loops; those with processes of their own are left out.</param>
    /// <param name="training">The generated loop's training.</param>
    /// <param name="model">What is trained.</param>
    /// <exception cref="InvalidOperationException">A loop's loss differs from the generated loop's.</exception>
    public static void Check(IEnumerable<PairedLoop> loops, ISteppedTraining training, PairedModel model)
    {
        double expected = Loss(training.Network, model);
        foreach (PairedLoop loop in loops)
        {
            if (loop.Own is { } own && Loss(own.Network, model) is double loss && !(Math.Abs(loss - expected) <= Tolerance * Math.Abs(expected)))
            {
                throw new InvalidOperationException(
                    $"{model.Name}: after as many steps the loss of the loop '{loop.Name}' is {loss:G6} and that of the generated loop {expected:G6}: they do not train alike.");
            }
        }
    }

    private static double Loss(nn.Module<Tensor, Tensor> network, PairedModel model)
    {
        using IDisposable scope = NewDisposeScope();
        using IDisposable gradients = no_grad();
        (Tensor input, Tensor label) = model.Batches[0];
        return nn.functional.cross_entropy(network.call(input), label).item<float>();
    }
}
