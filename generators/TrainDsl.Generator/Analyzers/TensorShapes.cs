using System;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using TrainDsl.Generator.Parsing;

namespace TrainDsl.Generator.Analyzers;

/// <summary>The shapes of expressions over tensors.</summary>
internal static class TensorShapes
{
    /// <summary>The shape of a function's result, where it is known; its operand's is asked for.</summary>
    public static ColumnShape? Of(IInvocationOperation invocation, Func<IOperation, ColumnShape?> shape)
        => LayerShapes.Operand(invocation, out bool flattens) is not { } operand ? null
            : flattens ? shape(operand)?.Flattened
            : shape(operand);

    /// <summary>The shape of a tensor and a number put together.</summary>
    public static ColumnShape? Of(IBinaryOperation binary, Func<IOperation, ColumnShape?> shape)
        => IsTensor(binary.LeftOperand) && IsNumber(binary.RightOperand) ? shape(binary.LeftOperand)
            : IsNumber(binary.LeftOperand) && IsTensor(binary.RightOperand) ? shape(binary.RightOperand)
            : null;

    private static bool IsTensor(IOperation operation) => operation.Type is { } type && SymbolNames.IsTensor(type);

    private static bool IsNumber(IOperation operation) => operation.ConstantValue.HasValue
        || (operation is IConversionOperation conversion && conversion.Operand.ConstantValue.HasValue);
}
