using System;
using System.Collections.Generic;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using TrainDsl.Generator.Analyzers.Reading;
using TrainDsl.Generator.Diagnostics;
using TrainDsl.Generator.Parsing;

namespace TrainDsl.Generator.Analyzers.Rules;

/// <summary>A loss that does not read the model or the batch.</summary>
internal static class Unused
{
    public static void Check(Score score)
    {
        // A constant, a null or an exception stands for a loss that is yet to be written.
        if (!score.IsLoss || !ModuleSource.IsTrained(score.Model.Type) || !score.Body.Returned.Any(returned => score.Body.Resolve(returned) is IInvocationOperation or IBinaryOperation
            or IObjectCreationOperation or IMemberReferenceOperation))
        {
            return;
        }

        // Lambdas may read parameters too.
        HashSet<ISymbol> used = new(
            score.Body.Operations.SelectMany(static operation => operation.DescendantsAndSelf()).OfType<IParameterReferenceOperation>()
                .Select(static reference => (ISymbol)reference.Parameter),
            SymbolEqualityComparer.Default);
        if (!used.Contains(score.Model))
        {
            score.Report(
                DiagnosticDescriptors.UnusedParameter, score.Model.Locations.FirstOrDefault(), score.Method.Name, score.Model.Name, "nothing is trained");
        }
        else if (!used.Contains(score.Batch))
        {
            score.Report(
                DiagnosticDescriptors.UnusedParameter,
                score.Batch.Locations.FirstOrDefault(), score.Method.Name, score.Batch.Name, "nothing is learnt from the data");
        }
    }
}
