using System.Linq;
using Microsoft.CodeAnalysis;
using TrainDsl.Generator.Diagnostics;

namespace TrainDsl.Generator.Parsing;

/// <summary>
/// Checks that generated members can name the model and the dataset, and that others can call those. What is merely less accessible than the definition
/// needs no diagnostic: members are narrowed to it.
/// </summary>
internal static class ReachParser
{
    /// <summary>Whether another file can name the model; where not, with a diagnostic unless the compiler has one at a loss or metric.</summary>
    public static bool CanName(INamedTypeSymbol model, TrainingAttributes attributes, INamedTypeSymbol definition, DiagnosticBag diagnostics)
    {
        if (AccessRules.FileLocalPart(model) is not { } part)
        {
            return true;
        }

        // CS9051: a file-local type in the signature of a method of a type that is not file-local.
        if (!definition.GetMembers().OfType<IMethodSymbol>().Any(static method =>
            method.Parameters.Select(static parameter => parameter.Type).Append(method.ReturnType).OfType<INamedTypeSymbol>()
                .Any(static type => AccessRules.FileLocalPart(type) is not null)))
        {
            diagnostics.Report(
                DiagnosticDescriptors.ModelLocalToFile, attributes.Model!.TypeArgumentLocation, SymbolNames.Short(model), SymbolNames.Short(part));
        }

        return false;
    }

    /// <summary>Whether another file can name the dataset; where not, the dataset's own diagnostics say why. Warns where nobody can pass one.</summary>
    public static bool CanPass(INamedTypeSymbol dataset, TrainingAttributes attributes, INamedTypeSymbol definition, DiagnosticBag diagnostics)
    {
        if (AccessRules.FileLocalPart(dataset) is not null)
        {
            return false;
        }

        if (AccessRules.IsOutOfReachOfUsers(dataset, definition))
        {
            diagnostics.Report(
                DiagnosticDescriptors.DatasetOutOfReach, attributes.Dataset!.TypeArgumentLocation, SymbolNames.Short(dataset), definition.Name);
        }

        return true;
    }
}
