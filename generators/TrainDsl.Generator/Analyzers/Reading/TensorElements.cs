using System;
using System.Collections.Generic;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace TrainDsl.Generator.Analyzers.Reading;

/// <summary>The element types of expressions over tensors, by TorchSharp's names, where they are certain.</summary>
internal static class TensorElements
{
    private static readonly HashSet<string> Comparisons = new(StringComparer.Ordinal)
    {
        "eq", "ne", "gt", "ge", "lt", "le", "equal", "not_equal", "greater", "greater_equal", "less", "less_equal", "logical_and", "logical_or",
        "logical_not", "logical_xor", "isnan", "isinf", "isfinite", "isclose", "isin",
    };

    private static readonly HashSet<string> Positions = new(StringComparer.Ordinal) { "argmax", "argmin", "argsort" };

    private static readonly HashSet<string> Preserving = new(StringComparer.Ordinal)
    {
        "view", "reshape", "flatten", "squeeze", "unsqueeze", "transpose", "permute", "t", "narrow", "select", "slice", "detach", "alias", "contiguous",
        "movedim", "swapaxes", "expand", "clone", "cpu", "cuda",
    };

    private static readonly Dictionary<string, string> Casts = new(StringComparer.Ordinal)
    {
        ["float"] = "Float32", ["double"] = "Float64", ["half"] = "Float16", ["int"] = "Int32", ["long"] = "Int64", ["byte"] = "Byte", ["bool"] = "Bool",
        ["short"] = "Int16",
    };

    /// <summary>The element type of an expression, or null where it is not certain.</summary>
    public static string? Of(IOperation expression, Body body, Func<IOperation, string?> known)
    {
        IOperation operation = body.Resolve(expression);
        if (known(operation) is { } type)
        {
            return type;
        }

        return operation switch
        {
            IInvocationOperation call when TensorCalls.IsOfTensors(call.TargetMethod) => OfCall(call, body, known),
            IBinaryOperation { OperatorMethod: { } method } binary when TensorCalls.IsTensor(binary) => OfOperator(method.Name, binary, body, known),
            _ => null,
        };
    }

    /// <summary>Whether tensors of an element type have no gradient, and no mean.</summary>
    public static bool IsIntegral(string type) => type is "Byte" or "Int8" or "Int16" or "Int32" or "Int64" or "Bool";

    /// <summary>Whether a function or operator yields truth values or positions, through which no gradient flows.</summary>
    public static bool IsDiscrete(string name) => Comparisons.Contains(name) || Positions.Contains(name) || IsComparison(name);

    private static bool IsComparison(string operatorName) => operatorName is "op_Equality" or "op_Inequality" or "op_LessThan" or "op_LessThanOrEqual"
        or "op_GreaterThan" or "op_GreaterThanOrEqual";

    private static string? OfCall(IInvocationOperation call, Body body, Func<IOperation, string?> known)
    {
        string name = call.TargetMethod.Name;
        if (Comparisons.Contains(name))
        {
            return "Bool";
        }

        if (Positions.Contains(name))
        {
            return "Int64";
        }

        if (name is "to_type" or "to" or "type")
        {
            return call.Arguments.Select(static argument => LayerShapes.Unwrap(argument.Value)).OfType<IFieldReferenceOperation>()
                .FirstOrDefault(static field => field.Field.ContainingType.Name == "ScalarType")?.Field.Name
                ?? (call.Arguments.Any(static argument => argument.Parameter?.Type.Name is "ScalarType" or "Tensor") ? null
                    : call.Instance is { } moved && name == "to" ? Of(moved, body, known) : null);
        }

        if (call.Arguments.Length == 0 && Casts.TryGetValue(name, out string? cast))
        {
            return cast;
        }

        return Preserving.Contains(name) && TensorCalls.Operand(call) is { } operand ? Of(operand, body, known) : null;
    }

    private static string? OfOperator(string name, IBinaryOperation binary, Body body, Func<IOperation, string?> known)
        => IsComparison(name) ? "Bool"
            : name is "op_BitwiseAnd" or "op_BitwiseOr" or "op_ExclusiveOr" && Of(binary.LeftOperand, body, known) == "Bool"
                && Of(binary.RightOperand, body, known) == "Bool" ? "Bool"
            : null;
}
