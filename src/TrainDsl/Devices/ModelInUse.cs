using System;
using System.Runtime.CompilerServices;
using static TorchSharp.torch;

namespace TrainDsl.Devices;

/// <summary>
/// Holds a model for one run at a time: two that move the same weights, or one that lays them out while another trains, would end in neither's result.
/// </summary>
internal sealed class ModelInUse : IDisposable
{
    private static readonly ConditionalWeakTable<nn.Module, ModelInUse> s_inUse = [];

    private readonly nn.Module _model;

    private ModelInUse(nn.Module model) => _model = model;

    /// <summary>Takes a model until the result is disposed.</summary>
    /// <exception cref="InvalidOperationException">Another run has it.</exception>
    internal static ModelInUse Take(nn.Module model)
    {
        var taken = new ModelInUse(model);
        return s_inUse.TryAdd(model, taken)
            ? taken
            : throw new InvalidOperationException(
                $"This {model.GetType().Name} is being trained or measured by another Run or MeasureMemory that has not ended. Wait for it to end, or give each run a training object "
                + "with a model of its own.");
    }

    public void Dispose() => s_inUse.Remove(_model);
}
