using System;
using System.Collections.Generic;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace TrainDsl.Generator.Analyzers.Reading;

/// <summary>A call of one of TorchSharp's losses, as a function or as a module.</summary>
/// <param name="Name">The function's name, for instance <c>cross_entropy</c>.</param>
/// <param name="Input">What is compared, as a rule the model's output.</param>
/// <param name="Target">What it is compared with.</param>
/// <param name="Reduction">None or Sum where that is written, otherwise Mean; null where it is not certain.</param>
/// <param name="Call">The call.</param>
internal sealed record LossCall(string Name, IOperation Input, IOperation Target, string? Reduction, IInvocationOperation Call)
{
    private static readonly Dictionary<string, string> Modules = new(StringComparer.Ordinal)
    {
        ["CrossEntropyLoss"] = "cross_entropy",
        ["NLLLoss"] = "nll_loss",
        ["MSELoss"] = "mse_loss",
        ["L1Loss"] = "l1_loss",
        ["SmoothL1Loss"] = "smooth_l1_loss",
        ["HuberLoss"] = "huber_loss",
        ["BCELoss"] = "binary_cross_entropy",
        ["BCEWithLogitsLoss"] = "binary_cross_entropy_with_logits",
    };

    /// <summary>The loss that an expression calls, or null.</summary>
    public static LossCall? Of(IOperation operation)
    {
        if (operation is not IInvocationOperation call)
        {
            return null;
        }

        if (TensorCalls.IsFunctional(call.TargetMethod))
        {
            return TensorCalls.Argument(call, "input") is { } input && TensorCalls.Argument(call, "target") is { } target
                ? new(call.TargetMethod.Name, input, target, ReductionOf(call), call)
                : null;
        }

        return call is { TargetMethod.Name: "call" or "forward", Instance: { Type: { Name: { } module, ContainingNamespace.Name: "Modules" } } instance, Arguments: [{ } first, { } second] }
            && Modules.TryGetValue(module, out string? name)
                ? new(name, first.Value, second.Value, LayerShapes.Unwrap(instance) is IInvocationOperation made ? ReductionOf(made) : null, call)
                : null;
    }

    private static string? ReductionOf(IInvocationOperation call) => TensorCalls.Argument(call, "reduction") is not { } written ? "Mean"
        : LayerShapes.Unwrap(written) is IFieldReferenceOperation { Field: { IsConst: true, Name: { } name } } ? name
        : null;
}
