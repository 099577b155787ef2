using TorchSharp.Modules;
using static TorchSharp.torch;

namespace TrainDsl.Parameters;

/// <summary>A tensor of a model's state under one of its names.</summary>
/// <param name="Name">The dotted name, as PyTorch's state_dict gives it.</param>
/// <param name="Value">The tensor, which stays the model's.</param>
/// <param name="IsPersistent">Whether PyTorch's state_dict has it: every parameter, and every buffer that was not registered as non-persistent.</param>
/// <param name="IsAlias">Whether the same tensor stands under an earlier name too.</param>
internal readonly record struct StateTensor(string Name, Tensor Value, bool IsPersistent, bool IsAlias)
{
    /// <summary>Whether it is a parameter, trained or frozen; else it is a buffer.</summary>
    internal bool IsParameter => Value is Parameter;

    /// <summary>Bytes of its elements.</summary>
    internal long Bytes => Value.numel() * Value.ElementSize;
}
