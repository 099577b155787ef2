using System;
using System.Collections.Generic;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using TrainDsl.Generator.Analyzers.Reading;
using TrainDsl.Generator.Diagnostics;
using TrainDsl.Generator.Parsing;

namespace TrainDsl.Generator.Analyzers.Rules;

/// <summary>A sum, or one value a sample, that is returned as if it were a mean over the micro-batch.</summary>
internal static class NotAMean
{
    // What leaves each sample its own value.
    private static readonly HashSet<string> Elementwise = new(StringComparer.Ordinal)
    {
        "abs", "square", "pow", "exp", "log", "neg", "to_type", "to", "float", "double", "long", "int", "squeeze", "flatten", "view", "sub", "add",
    };

    public static void Check(Score score)
    {
        if (!SymbolNames.IsTensor(score.Method.ReturnType))
        {
            return;
        }

        foreach (IOperation returned in score.Body.Returned)
        {
            IOperation value = score.Body.Resolve(returned);
            if (LossCall.Of(value) is { Reduction: "Sum" or "None" } loss)
            {
                score.Report(
                    loss.Reduction == "Sum" ? DiagnosticDescriptors.SumAsMean : DiagnosticDescriptors.NoReduction,
                    returned,
                    score.Method.Name,
                    loss.Name + " with Reduction." + loss.Reduction);
            }
            else if (TensorCalls.Named(value, "sum") is { } sum && sum.Arguments.All(static argument => argument.ArgumentKind == ArgumentKind.DefaultValue
                || argument.Parameter?.Ordinal == 0 && argument.Parameter.Type.Name == "Tensor") && TensorCalls.Operand(sum) is { } summed
                && IsOfSamples(score, summed))
            {
                score.Report(DiagnosticDescriptors.SumAsMean, returned, score.Method.Name, "sum()");
            }
        }
    }

    // One value for each sample, made of the batch alone: weights may sum to one, and a mean may have been taken before.
    private static bool IsOfSamples(Score score, IOperation expression)
    {
        IOperation value = score.Body.Resolve(expression);
        return score.ColumnOf(value) is not null || score.IsOutput(value) || value switch
        {
            IInvocationOperation call when LossCall.Of(call) is { } loss => loss.Reduction == "None",
            IInvocationOperation call when TensorCalls.IsOfTensors(call.TargetMethod) => TensorElements.IsDiscrete(call.TargetMethod.Name)
                ? TensorCalls.Operand(call) is not null
                : Elementwise.Contains(call.TargetMethod.Name) && TensorCalls.Operand(call) is { } operand && IsOfSamples(score, operand),
            IBinaryOperation { OperatorMethod: { } method } binary when method.Name is "op_Subtraction" or "op_Addition"
                => IsOfSamples(score, binary.LeftOperand) && IsOfSamples(score, binary.RightOperand),
            _ => false,
        };
    }
}
