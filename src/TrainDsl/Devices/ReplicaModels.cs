using System;
using System.Collections.Generic;
using TrainDsl.Parameters;
using static TorchSharp.torch;

namespace TrainDsl.Devices;

/// <summary>Makes the models of further replicas like the one that is trained.</summary>
internal static class ReplicaModels
{
    /// <summary>Copies every parameter and buffer, which parameters are trained, and which modules compute in train mode.</summary>
    /// <param name="source">The model that is trained.</param>
    /// <param name="target">A new model of the same type.</param>
    /// <exception cref="InvalidOperationException">The new model has other parameters or buffers.</exception>
    internal static void Copy(nn.Module source, nn.Module target)
    {
        using IDisposable noGrad = no_grad();
        List<StateTensor> from = ModelState.Of(source);
        List<StateTensor> to = ModelState.Of(target);
        for (int i = 0; i < Math.Max(from.Count, to.Count); i++)
        {
            string wanted = i < from.Count ? Describe(from[i]) : "nothing";
            string made = i < to.Count ? Describe(to[i]) : "nothing";
            if (wanted != made)
            {
                throw new InvalidOperationException(
                    $"Several replicas need as many models, made by {source.GetType().Name}'s constructor or the definition's model factory, but what they make is not the "
                    + $"model that is trained: it has {made} where that has {wanted}. Give [Model] a factory that makes the same model, or train on one device.");
            }

            to[i].Value.copy_(from[i].Value);
            if (from[i].IsParameter)
            {
                to[i].Value.requires_grad_(from[i].Value.requires_grad);
            }
        }

        TrainingMode.Copy(source, target);
    }

    private static string Describe(StateTensor state) =>
        $"{(state.IsParameter ? "parameter" : "buffer")} '{state.Name}' [{string.Join(", ", state.Value.shape)}] of {state.Value.dtype}";
}
