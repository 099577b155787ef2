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
            diagnostics.Report(DiagnosticDescriptors.NoDataset, definition.Locations[0], definition.Name);
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
    /// Whether the dataset gets (or, compiled elsewhere, has) the interface that the pipeline reads it through. Where not, the dataset's own
    /// diagnostics say why.
    /// </summary>
    public static bool IsReadable(INamedTypeSymbol dataset, CancellationToken cancellation)
        => SymbolNames.IsDataset(dataset) && (dataset.DeclaringSyntaxReferences.IsEmpty || (DefinitionShape.IsSound(dataset, cancellation)
            && DefinitionShape.ReservedMembers(dataset, new DiagnosticBag(), EmittedNames.Dataset).Count == 0));
}
