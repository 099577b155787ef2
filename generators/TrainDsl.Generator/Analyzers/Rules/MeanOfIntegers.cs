using System;
using System.Collections.Generic;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using TrainDsl.Generator.Analyzers.Reading;
using TrainDsl.Generator.Diagnostics;
using TrainDsl.Generator.Parsing;

namespace TrainDsl.Generator.Analyzers.Rules;

/// <summary>A mean of truth values or integers, which TorchSharp refuses.</summary>
internal static class MeanOfIntegers
{
    public static void Check(Score score)
    {
        foreach (IInvocationOperation call in score.Body.Calls)
        {
            if (TensorCalls.Named(call, "mean", "std", "var") is not null && TensorCalls.Operand(call) is { } operand
                && TensorCalls.Argument(call, "type") is null && score.ElementTypeOf(operand) is { } type && TensorElements.IsIntegral(type))
            {
                score.Report(DiagnosticDescriptors.MeanOfIntegers, call, call.TargetMethod.Name, type);
            }
        }
    }
}
