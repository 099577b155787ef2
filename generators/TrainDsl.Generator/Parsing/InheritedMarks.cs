using System.Collections.Generic;
using System.Linq;
using System.Threading;
using Microsoft.CodeAnalysis;
using TrainDsl.Generator.Diagnostics;

namespace TrainDsl.Generator.Parsing;

/// <summary>Methods that are marked in a base class of a training definition: marks count in the definition alone.</summary>
internal static class InheritedMarks
{
    /// <summary>Reports each inherited mark that the definition has nothing of its own in place of, and says whether a loss is among them.</summary>
    public static bool Report(INamedTypeSymbol definition, ScoreMethods methods, DiagnosticBag diagnostics, CancellationToken cancellation)
    {
        bool hasLoss = false;
        foreach ((IMethodSymbol method, string attribute) in Of(definition, methods, cancellation))
        {
            hasLoss |= attribute == "Loss";
            diagnostics.Report(
                DiagnosticDescriptors.InheritedMark, DefinitionShape.Place(definition), method.Name, attribute, method.ContainingType.Name, definition.Name);
        }

        return hasLoss;
    }

    /// <summary>Whether a mark is an error of a definition that derives from the method's class.</summary>
    public static bool IsReported(IMethodSymbol method, Compilation compilation, CancellationToken cancellation)
    {
        INamedTypeSymbol type = method.ContainingType;
        return !type.IsSealed && !type.IsStatic && DslAttribute.Of(method, cancellation).Count > 0
            && compilation.GetSymbolsWithName(static _ => true, SymbolFilter.Type, cancellation).OfType<INamedTypeSymbol>()
                .Where(other => DefinitionShape.Bases(other).Any(level => SymbolEqualityComparer.Default.Equals(level.OriginalDefinition, type)))
                .Where(other => DslAttribute.Of(other, cancellation).Any(static attribute => attribute.Name == "Training"))
                .SelectMany(other => Of(other, new ScoreMethods(other, cancellation), cancellation))
                .Any(mark => SymbolEqualityComparer.Default.Equals(mark.Method.OriginalDefinition, method));
    }

    private static IEnumerable<(IMethodSymbol Method, string Attribute)> Of(INamedTypeSymbol definition, ScoreMethods own, CancellationToken cancellation)
    {
        foreach (INamedTypeSymbol level in DefinitionShape.Bases(definition))
        {
            // A base class that is a definition itself is reported as such.
            if (DslAttribute.Of(level, cancellation).Any(static attribute => attribute.Name == "Training"))
            {
                yield break;
            }

            var inherited = new ScoreMethods(level, cancellation);
            foreach (IMethodSymbol loss in inherited.Losses.Where(_ => own.Losses.Count == 0))
            {
                yield return (loss, "Loss");
            }

            foreach ((IMethodSymbol metric, _) in inherited.Metrics.Where(metric => own.Metrics.All(mine => mine.Method.Name != metric.Method.Name)))
            {
                yield return (metric, "Metric");
            }

            foreach (IMethodSymbol factory in inherited.ModelFactories.Where(_ => own.ModelFactories.Count == 0))
            {
                yield return (factory, "ModelFactory");
            }
        }
    }
}
