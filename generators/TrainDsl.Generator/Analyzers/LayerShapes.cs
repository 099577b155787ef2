using System;
using System.Collections.Generic;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using TrainDsl.Generator.Parsing;

namespace TrainDsl.Generator.Analyzers;

/// <summary>What known layers and functions of TorchSharp do to a shape.</summary>
internal static class LayerShapes
{
    private static readonly HashSet<string> PreservingModules = new(StringComparer.Ordinal)
    {
        "ReLU", "ReLU6", "LeakyReLU", "ELU", "CELU", "SELU", "GELU", "SiLU", "Mish", "Sigmoid", "Tanh", "Hardswish", "Hardsigmoid", "Hardtanh",
        "Softplus", "Softsign", "Identity", "Dropout",
    };

    // Of Tensor, torch and torch.nn.functional alike: the first tensor decides the shape.
    private static readonly HashSet<string> PreservingFunctions = new(StringComparer.Ordinal)
    {
        "relu", "relu_", "relu6", "leaky_relu", "elu", "gelu", "silu", "sigmoid", "tanh", "dropout", "to_type", "contiguous", "clone", "@float", "float",
    };

    /// <summary>Passes a shape through a module, given by the expression that makes it.</summary>
    /// <param name="module">The expression.</param>
    /// <param name="shape">The shape of its input.</param>
    /// <param name="mismatch">The mismatch, where the module is a layer that the shape does not fit.</param>
    /// <returns>The shape of its output; null after a layer that changes it, and after anything that is not known.</returns>
    public static ColumnShape? Through(IOperation module, ColumnShape shape, ref LayerMismatch? mismatch)
    {
        if (Unwrap(module) is not IInvocationOperation made || !SymbolNames.Is(made.TargetMethod.ContainingType, "TorchSharp", "torch", "nn"))
        {
            return null;
        }

        string name = made.TargetMethod.Name;
        switch (name)
        {
            case "Sequential":
                return ThroughAll(made, shape, ref mismatch);
            case "Flatten":
                return IsFlatteningSamples(made) ? shape.Flattened : null;
            case "Linear":
                if (shape.Sample.Count > 0)
                {
                    mismatch = Compare(made, "features", shape, shape.Sample[shape.Sample.Count - 1]);
                }

                return null;
            case "Conv1d" or "Conv2d" or "Conv3d":
                // With one dimension less, the batch would be taken for the channels of a single sample.
                if (shape.Sample.Count == name["Conv".Length] - '0' + 1)
                {
                    mismatch = Compare(made, "channels", shape, shape.Sample[0]);
                }

                return null;
            default:
                return PreservingModules.Contains(name) ? shape : null;
        }
    }

    /// <summary>The tensor that a function takes, where it is one that leaves its shape as it is or flattens it.</summary>
    public static IOperation? Operand(IInvocationOperation invocation, out bool flattens)
    {
        IMethodSymbol method = invocation.TargetMethod;
        bool isKnownType = SymbolNames.IsTensor(method.ContainingType) || SymbolNames.Is(method.ContainingType, "TorchSharp", "torch")
            || SymbolNames.Is(method.ContainingType, "TorchSharp", "torch", "nn", "functional");
        flattens = isKnownType && method.Name == "flatten" && IsFlatteningSamples(invocation);
        return flattens || (isKnownType && PreservingFunctions.Contains(method.Name))
            ? invocation.Instance ?? invocation.Arguments.FirstOrDefault(static argument => argument.Parameter?.Ordinal == 0)?.Value
            : null;
    }

    /// <summary>An operation without conversions around it.</summary>
    public static IOperation Unwrap(IOperation operation)
    {
        while (operation is IConversionOperation { OperatorMethod: null } or IParenthesizedOperation)
        {
            operation = operation is IConversionOperation conversion ? conversion.Operand : ((IParenthesizedOperation)operation).Operand;
        }

        return operation;
    }

    private static ColumnShape? ThroughAll(IInvocationOperation sequential, ColumnShape shape, ref LayerMismatch? mismatch)
    {
        if (sequential.Arguments is not [{ ArgumentKind: ArgumentKind.ParamArray, Value: IArrayCreationOperation { Initializer: { } elements } }])
        {
            return null;
        }

        ColumnShape? current = shape;
        foreach (IOperation element in elements.ElementValues)
        {
            IOperation part = Unwrap(element);
            current = Through(part is ITupleOperation { Elements: [_, { } named] } ? named : part, current, ref mismatch);
            if (current is null)
            {
                return null;
            }
        }

        return current;
    }

    private static LayerMismatch? Compare(IInvocationOperation layer, string unit, ColumnShape shape, long actual)
        => layer.Arguments.FirstOrDefault(static argument => argument.Parameter?.Ordinal == 0)?.Value is { } written
            && Constant(written) is { } expected && expected != actual
                ? new(layer.TargetMethod.Name, unit, expected, actual, shape, written.Syntax.GetLocation())
                : null;

    private static bool IsFlatteningSamples(IInvocationOperation flatten)
        => flatten.Arguments.FirstOrDefault(static argument => argument.Parameter?.Name == "start_dim")?.Value is { } start && Constant(start) == 1
            && flatten.Arguments.FirstOrDefault(static argument => argument.Parameter?.Name == "end_dim")?.Value is { } end && Constant(end) == -1;

    private static long? Constant(IOperation operation) => operation.ConstantValue.Value switch
    {
        int number => number,
        long number => number,
        _ => null,
    };
}
