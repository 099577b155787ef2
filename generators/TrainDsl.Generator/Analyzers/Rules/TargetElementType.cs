using System;
using System.Collections.Generic;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using TrainDsl.Generator.Analyzers.Reading;
using TrainDsl.Generator.Diagnostics;
using TrainDsl.Generator.Parsing;

namespace TrainDsl.Generator.Analyzers.Rules;

/// <summary>A loss whose target is a column of an element type that it does not take.</summary>
internal static class TargetElementType
{
    private static readonly HashSet<string> OfOneType = new(StringComparer.Ordinal) { "mse_loss", "huber_loss" };

    public static void Check(Score score)
    {
        CheckDifferences(score);
        foreach (LossCall loss in score.Body.Calls.Select(LossCall.Of).OfType<LossCall>())
        {
            if (score.ElementTypeOf(loss.Target) is { } type && Expected(score, loss, type) is { } expected)
            {
                score.Report(DiagnosticDescriptors.TargetElementType, loss.Target, loss.Name, type, expected);
            }
        }
    }

    // The difference of two tensors throws if one of them holds truth values.
    private static void CheckDifferences(Score score)
    {
        foreach (IBinaryOperation binary in score.Body.Operations.OfType<IBinaryOperation>())
        {
            if (binary.OperatorMethod is { Name: "op_Subtraction", Parameters: [{ Type: { } left }, { Type: { } right }] }
                && SymbolNames.IsTensor(left) && SymbolNames.IsTensor(right)
                && (score.ElementTypeOf(binary.RightOperand) == "Bool" ? binary.RightOperand
                    : score.ElementTypeOf(binary.LeftOperand) == "Bool" ? binary.LeftOperand : null) is { } operand)
            {
                score.Report(DiagnosticDescriptors.TargetElementType, operand, "Subtraction", "Bool", "Float32");
            }
        }
    }

    // What the loss takes, if it fails on the type whatever the shapes are; each was seen to throw.
    private static string? Expected(Score score, LossCall loss, string type)
    {
        switch (loss.Name)
        {
            case "nll_loss":
                return type is "Int64" or "Byte" ? null : "Int64";
            case "cross_entropy":
                // With a target of floating point of the same shape as the input, these are probabilities.
                return type is "Int8" or "Int16" or "Int32" or "Bool" || (type is "Float16" or "Float32" or "Float64" && IsScalarColumn(score, loss.Target))
                    ? "Int64"
                    : null;
            case "binary_cross_entropy" or "binary_cross_entropy_with_logits":
                return TensorElements.IsIntegral(type) ? "Float32" : null;
            case "l1_loss":
                return type == "Bool" ? "Float32" : null;
            default:
                // These fail in the backward pass alone, which a metric does not have.
                return OfOneType.Contains(loss.Name) && score.IsLoss && score.IsOutput(loss.Input)
                    && (TensorElements.IsIntegral(type) || (type is "Float64" or "Float16" && !score.HasFactory && !score.MayConvert
                        && score.Output is { Name: "linear", Made: { } made }
                        && TensorCalls.Argument(made, "dtype") is null))
                        ? "Float32"
                        : null;
        }
    }

    private static bool IsScalarColumn(Score score, IOperation target)
        => score.ColumnOf(target) is { IsScalar: true };
}
