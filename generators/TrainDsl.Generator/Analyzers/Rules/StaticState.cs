using System;
using System.Collections.Generic;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using TrainDsl.Generator.Analyzers.Reading;
using TrainDsl.Generator.Diagnostics;
using TrainDsl.Generator.Parsing;

namespace TrainDsl.Generator.Analyzers.Rules;

/// <summary>A loss or metric that writes a static field while several devices run it at once.</summary>
internal static class StaticState
{
    public static void Check(Score score)
    {
        if (score.Attributes.Devices?.Positional<int>(0) is not > 1)
        {
            return;
        }

        foreach (IAssignmentOperation assignment in score.Body.Operations.OfType<IAssignmentOperation>())
        {
            if (assignment.Target is IFieldReferenceOperation { Field: { IsStatic: true } field } && !field.GetAttributes()
                .Any(static attribute => attribute.AttributeClass?.Name == "ThreadStaticAttribute"))
            {
                score.Report(DiagnosticDescriptors.StaticState, assignment, score.Method.Name, "writes", field.Name);
            }
        }
    }
}
