using System;
using System.Collections.Generic;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using TrainDsl.Generator.Analyzers.Reading;
using TrainDsl.Generator.Diagnostics;
using TrainDsl.Generator.Parsing;

namespace TrainDsl.Generator.Analyzers.Rules;

/// <summary>In-place work on a column, which the metrics of the same batch see.</summary>
internal static class InPlace
{
    // These change no value of the column.
    private static readonly HashSet<string> Harmless = new(StringComparer.Ordinal) { "requires_grad_", "detach_", "record_stream_" };

    public static void Check(Score score)
    {
        foreach (IOperation operation in score.Body.Operations)
        {
            IOperation? changed = operation switch
            {
                IInvocationOperation call when IsInPlace(call) => TensorCalls.Operand(call),
                IAssignmentOperation { Target: IPropertyReferenceOperation { Property.IsIndexer: true, Instance: { Type: { } type } instance } }
                    when SymbolNames.IsTensor(type) => instance,
                _ => null,
            };
            if (changed is not null && Shown(score, changed) is { } column)
            {
                score.Report(DiagnosticDescriptors.InPlace, operation, score.Method.Name, column.Name);
            }
        }
    }

    private static bool IsInPlace(IInvocationOperation call)
    {
        string name = call.TargetMethod.Name;
        return (name.EndsWith("_", StringComparison.Ordinal) && !Harmless.Contains(name)
                && (TensorCalls.IsOfTensors(call.TargetMethod) || call.TargetMethod.ContainingType?.Name == "init"))
            || (TensorCalls.IsFunctional(call.TargetMethod) && TensorCalls.Argument(call, "inplace")?.ConstantValue.Value is true);
    }

    private static Column? Shown(Score score, IOperation expression)
    {
        for (IOperation? value = score.Body.Origin(expression); value is not null;)
        {
            if (score.ColumnOf(value) is { } column)
            {
                return column;
            }

            value = TensorCalls.Viewed(value) is { } viewed ? score.Body.Origin(viewed) : null;
        }

        return null;
    }
}
