using System.Linq;
using Microsoft.CodeAnalysis;
using TrainDsl.Generator.Diagnostics;
using TrainDsl.Generator.Emission;

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

    /// <summary>Reports a model or dataset that the generated file cannot name, or that is named like what it declares itself.</summary>
    public static void CheckNames(
        INamedTypeSymbol? model, INamedTypeSymbol? dataset, TrainingAttributes attributes, INamedTypeSymbol definition, Compilation compilation,
        DiagnosticBag diagnostics)
    {
        Check(model, attributes.Model);
        Check(dataset, attributes.Dataset);
        if (HasTypeNamedVar(definition))
        {
            diagnostics.Report(
                DiagnosticDescriptors.CannotBeNamed, DefinitionShape.Place(definition), "var", "a type of that name is in the way of every 'var'. Rename the type.");
        }

        void Check(INamedTypeSymbol? type, DslAttribute? attribute)
        {
            if (type is null)
            {
                return;
            }

            string? fault = type.Name == EmittedNames.Plan
                ? $"within '{definition.Name}' it is hidden by the generated class of the same name. Rename it."
                : IsBehindAlias(type, compilation)
                    ? "its assembly is referenced under an alias alone. Reference it under 'global' as well."
                : null;
            if (fault is not null)
            {
                diagnostics.Report(DiagnosticDescriptors.CannotBeNamed, attribute!.TypeArgumentLocation, SymbolNames.Short(type), fault);
            }
        }
    }

    /// <summary>Whether a type, or a type argument of it, is in an assembly that <c>global::</c> does not reach.</summary>
    public static bool IsBehindAlias(INamedTypeSymbol type, Compilation compilation)
        => AccessRules.Parts(type).Any(part => compilation.GetMetadataReference(part.ContainingAssembly)?.Properties.Aliases is { IsDefaultOrEmpty: false } aliases
            && !aliases.Contains(MetadataReferenceProperties.GlobalAlias));

    // Nested in the definition or around it, inherited, or in one of its namespaces.
    private static bool HasTypeNamedVar(INamedTypeSymbol definition)
    {
        const string Var = "var";
        for (INamedTypeSymbol? level = definition; level is not null; level = level.ContainingType)
        {
            if (!level.GetTypeMembers(Var).IsEmpty || level.Name == Var || DefinitionShape.Bases(level).Any(static parent => !parent.GetTypeMembers(Var).IsEmpty))
            {
                return true;
            }
        }

        for (INamespaceSymbol? space = definition.ContainingNamespace; space is not null; space = space.ContainingNamespace)
        {
            if (!space.GetTypeMembers(Var).IsEmpty)
            {
                return true;
            }
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
