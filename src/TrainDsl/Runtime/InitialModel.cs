using System;
using System.ComponentModel;
using TrainDsl.Checkpoints;
using TrainDsl.Native;
using static TorchSharp.torch;

namespace TrainDsl.Runtime;

/// <summary>Makes models whose initial weights are a function of the seed.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class InitialModel
{
    /// <summary>Makes a model; whoever calls it owns it.</summary>
    /// <typeparam name="TModel">The model's type.</typeparam>
    /// <param name="seed">What the generator of the CPU, and those of CUDA devices, are seeded with while the model is made.</param>
    /// <param name="construct">The model's constructor or the definition's factory.</param>
    /// <returns>The model. The generator of the CPU goes on afterwards as if nothing had been drawn.</returns>
    /// <exception cref="InvalidOperationException">The factory gave null.</exception>
    public static TModel Of<TModel>(long seed, Func<TModel> construct)
        where TModel : nn.Module
    {
        ArgumentNullException.ThrowIfNull(construct);
        NativeLibraries.EnsureLoaded();

        // Layers draw their weights from the process's one generator: two constructors at once would take each other's numbers.
        lock (RandomState.Gate)
        {
            byte[] random = RandomState.Capture();
            try
            {
                RandomState.Seed(seed);
                return construct() ?? throw new InvalidOperationException($"The factory of {typeof(TModel).Name} gave null; a model is expected.");
            }
            finally
            {
                RandomState.Restore(random);
            }
        }
    }
}
