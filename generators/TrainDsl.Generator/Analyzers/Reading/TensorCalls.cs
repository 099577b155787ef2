using System;
using System.Collections.Generic;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using TrainDsl.Generator.Parsing;

namespace TrainDsl.Generator.Analyzers.Reading;

/// <summary>Calls of TorchSharp's functions over tensors, whichever of their forms is written.</summary>
internal static class TensorCalls
{
    // What may be done to a column without copying it: columns are contiguous.
    private static readonly HashSet<string> Views = new(StringComparer.Ordinal)
    {
        "view", "reshape", "flatten", "squeeze", "unsqueeze", "transpose", "permute", "t", "narrow", "select", "slice", "detach", "alias",
        "contiguous", "movedim", "swapaxes", "expand", "view_as", "reshape_as", "diagonal", "unflatten",
    };

    /// <summary>Whether a method is one of tensors: of <c>Tensor</c>, <c>torch</c>, <c>torch.nn.functional</c>, <c>torch.special</c> or an extension.</summary>
    public static bool IsOfTensors(IMethodSymbol method)
        => SymbolNames.IsTensor(method.ContainingType) || SymbolNames.Is(method.ContainingType, "TorchSharp", "torch")
            || IsFunctional(method) || SymbolNames.Is(method.ContainingType, "TorchSharp", "torch", "special")
            || SymbolNames.Is(method.ContainingType, "TorchSharp", "TensorExtensionMethods");

    /// <summary>Whether a method is one of <c>torch.nn.functional</c>.</summary>
    public static bool IsFunctional(IMethodSymbol method) => SymbolNames.Is(method.ContainingType, "TorchSharp", "torch", "nn", "functional");

    /// <summary>The call of a function of tensors with one of these names, or null.</summary>
    public static IInvocationOperation? Named(IOperation operation, params string[] names)
        => operation is IInvocationOperation call && names.Contains(call.TargetMethod.Name) && IsOfTensors(call.TargetMethod) ? call : null;

    /// <summary>The first tensor that a function takes.</summary>
    public static IOperation? Operand(IInvocationOperation call)
        => call.Instance ?? call.Arguments.FirstOrDefault(static argument => argument.Parameter?.Ordinal == 0)?.Value;

    /// <summary>The value of a parameter, or null where its default holds.</summary>
    public static IOperation? Argument(IInvocationOperation call, string parameter)
        => call.Arguments.FirstOrDefault(argument => argument.Parameter?.Name == parameter && argument.ArgumentKind == ArgumentKind.Explicit)?.Value;

    /// <summary>What a view shows, where an operation is one that shares the memory of its tensor; null otherwise.</summary>
    public static IOperation? Viewed(IOperation operation) => operation switch
    {
        IInvocationOperation call when Views.Contains(call.TargetMethod.Name) && IsOfTensors(call.TargetMethod) => Operand(call),
        IPropertyReferenceOperation { Property.IsIndexer: true, Instance: { Type: { } type } instance } indexer
            when SymbolNames.IsTensor(type) && indexer.Arguments.All(static argument => IsPosition(argument.Value)) => instance,
        IPropertyReferenceOperation { Property.Name: "T" or "mT" or "H", Instance: { Type: { } type } instance } when SymbolNames.IsTensor(type) => instance,
        _ => null,
    };

    /// <summary>Whether an operation is a tensor.</summary>
    public static bool IsTensor(IOperation operation)
    {
        for (ITypeSymbol? type = operation.Type; type is not null; type = type.BaseType)
        {
            if (SymbolNames.IsTensor(type))
            {
                return true;
            }
        }

        return false;
    }

    // A number or range; a tensor of positions or a mask would make a copy.
    private static bool IsPosition(IOperation index) => LayerShapes.Unwrap(index) switch
    {
        { Type.SpecialType: SpecialType.System_Int32 or SpecialType.System_Int64 } => true,
        { Type: { } type } => SymbolNames.Is(type, "System", "Range") || SymbolNames.Is(type, "System", "Index"),
        _ => false,
    };
}
