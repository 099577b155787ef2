using System;
using static TorchSharp.torch;

namespace TrainDsl.Native;

/// <summary>Checks tensors that are to be scalars, without managed allocation where they are.</summary>
internal static class Scalars
{
    /// <param name="value">A tensor.</param>
    /// <param name="what">What it is, as a sentence begins: "The loss".</param>
    /// <param name="parameter">The name of the caller's parameter.</param>
    /// <exception cref="ArgumentException">The tensor has other than one element.</exception>
    internal static void Check(Tensor value, string what, string parameter)
    {
        if (value is null)
        {
            throw new ArgumentNullException(parameter, $"{what} is null; expected a tensor of one element.");
        }

        bool isScalar = TensorMemory.Count(value.Handle) == 1;
        GC.KeepAlive(value);
        if (!isScalar)
        {
            throw new ArgumentException(
                $"{what} has shape [{string.Join(", ", value.shape)}]; expected a tensor of one element. Reduce it, for instance with .mean().",
                parameter);
        }
    }

    /// <summary><see cref="Check"/>, and that the number is real.</summary>
    /// <param name="value">A tensor.</param>
    /// <param name="what">What it is, as a sentence begins: "The loss".</param>
    /// <param name="parameter">The name of the caller's parameter.</param>
    /// <exception cref="ArgumentException">The tensor has other than one element, or is complex.</exception>
    internal static void CheckReal(Tensor value, string what, string parameter)
    {
        Check(value, what, parameter);
        bool isComplex = is_complex(TensorMemory.ElementType(value.Handle));
        GC.KeepAlive(value);
        if (isComplex)
        {
            throw new ArgumentException($"{what} is complex; expected a real number. Take its real part or absolute value.", parameter);
        }
    }
}
