using System;
using System.Linq;
using static TorchSharp.torch;

namespace TrainDsl.Parameters;

/// <summary>Tells a model whose tensors are gone from one that has none.</summary>
internal static class DisposedModel
{
    /// <summary>Refuses a model of which a tensor has been disposed.</summary>
    /// <exception cref="ObjectDisposedException">One has.</exception>
    internal static void Refuse(nn.Module model)
    {
        foreach (nn.Module module in ModuleParts.AllOf(model))
        {
            string? gone = ModuleParts.AllParameters(module).Where(static part => part.Parameter.IsInvalid).Select(static part => part.Name).FirstOrDefault()
                ?? ModuleParts.AllBuffers(module).Where(static part => part.Buffer.IsInvalid).Select(static part => part.Name).FirstOrDefault();
            if (gone is not null)
            {
                throw new ObjectDisposedException(
                    model.GetType().Name,
                    $"The tensor '{gone}' of the model's {module.GetType().Name} has been disposed, as all are when a model is. Use the model before it is disposed, "
                    + "or make a new one.");
            }
        }
    }
}
