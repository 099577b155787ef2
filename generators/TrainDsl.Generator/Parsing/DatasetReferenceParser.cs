using System.Linq;
using System.Threading;
using Microsoft.CodeAnalysis;
using TrainDsl.Generator.Diagnostics;
using TrainDsl.Generator.Emission;

namespace TrainDsl.Generator.Parsing;

/// <summary>Finds the dataset of a training definition.</summary>
internal static class DatasetReferenceParser
{
    /// <summary>The declared dataset, or null, with a diagnostic unless the compiler has one, where there is none.</summary>
    public static INamedTypeSymbol? Parse(
        TrainingAttributes attributes, INamedTypeSymbol definition, DiagnosticBag diagnostics, CancellationToken cancellation)
    {
        if (attributes.Dataset is not { } attribute)
        {
            if (!attributes.IsBroken("Dataset"))
            {
                diagnostics.Report(DiagnosticDescriptors.NoDataset, DefinitionShape.Place(definition), definition.Name);
            }

            return null;
        }

        if (attribute.TypeArgument is not { TypeKind: not TypeKind.Error } dataset)
        {
            return null;
        }

        if (dataset is not INamedTypeSymbol type || !DslAttribute.Of(dataset, cancellation).Any(static written => written.Name == "Column"))
        {
            diagnostics.Report(DiagnosticDescriptors.DatasetWithoutColumns, attribute.TypeArgumentLocation, SymbolNames.Short(dataset));
            return null;
        }

        return type;
    }

    /// <summary>
    /// Whether the dataset gets (or, of another project, has) the interface that the pipeline reads it through. Where not, the dataset's own
    /// diagnostics say why. In an editor another project comes with its source, generated members included.
    /// </summary>
    public static bool IsReadable(INamedTypeSymbol dataset, INamedTypeSymbol definition, CancellationToken cancellation)
        => SymbolNames.IsDataset(dataset)
            && (!SymbolEqualityComparer.Default.Equals(dataset.ContainingAssembly, definition.ContainingAssembly) || (DefinitionShape.IsSound(dataset, cancellation)
            && DefinitionShape.ReservedMembers(dataset, new DiagnosticBag(), EmittedNames.Dataset).Count == 0
                && !EmittedNames.Dataset.Contains(dataset.Name) && dataset.TypeKind == TypeKind.Class));
}
