using System.Threading;
using Microsoft.CodeAnalysis;
using TrainDsl.Generator.Diagnostics;
using TrainDsl.Generator.Emission;
using TrainDsl.Generator.Model;

namespace TrainDsl.Generator.Parsing;

/// <summary>Reads a dataset: a class with columns.</summary>
internal static class DatasetParser
{
    public static ParseResult<DatasetModel> Parse(INamedTypeSymbol dataset, CancellationToken cancellation)
    {
        var diagnostics = new DiagnosticBag();
        if (DefinitionShape.Parse(dataset, "Column", "dataset", diagnostics, cancellation) is not { } type)
        {
            return new(null, diagnostics.ToArray());
        }

        EquatableArray<string> omitted = DefinitionShape.ReservedMembers(dataset, diagnostics, EmittedNames.Dataset);
        EquatableArray<ColumnModel> columns = ColumnParser.Parse(dataset, diagnostics, cancellation);
        bool implementsInterface = SymbolNames.IsDataset(dataset);
        if (!implementsInterface)
        {
            diagnostics.Report(DiagnosticDescriptors.NotADataset, dataset.Locations[0], dataset.Name);
        }

        ReadMethod read = ReadMethod.Find(dataset, diagnostics, cancellation);
        string? obstacle = diagnostics.FirstError ?? (read.CanBeCalled ? null : $"Dataset '{dataset.Name}' has errors.");
        return new(
            new DatasetModel(type, columns, read.Declaration, read.Index, read.Row, implementsInterface, omitted, obstacle), diagnostics.ToArray());
    }
}
