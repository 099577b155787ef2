using System.Collections.Generic;
using System.Linq;
using System.Threading;
using Microsoft.CodeAnalysis;
using TrainDsl.Generator.Diagnostics;
using TrainDsl.Generator.Emission;
using TrainDsl.Generator.Model;

namespace TrainDsl.Generator.Parsing;

/// <summary>Reads a dataset: a class with columns.</summary>
internal static class DatasetParser
{
    public static ParseResult<DatasetModel> Parse(INamedTypeSymbol dataset, Compilation compilation, CancellationToken cancellation)
    {
        var diagnostics = new DiagnosticBag();
        if (DefinitionShape.Parse(dataset, "Column", "dataset", diagnostics, cancellation) is not { } type)
        {
            return new(null, diagnostics.ToArray());
        }

        IEnumerable<string> inherited = BaseRules.Check(dataset, "Column", EmittedNames.Dataset, compilation, diagnostics, cancellation);
        if (DefinitionShape.Bases(dataset).Any(level => DslAttribute.Of(level, cancellation).Any(static attribute => attribute.Name == "Column")))
        {
            // Said already. Its own rows and batches hide those of the base class, so that code which uses its columns compiles.
            inherited = [];
            type = type with { DisabledWarnings = new(["CS0108"]) };
        }

        EquatableArray<string> omitted = new(
            [.. DefinitionShape.ReservedMembers(dataset, diagnostics, EmittedNames.Dataset), .. inherited, dataset.Name]);
        DefinitionShape.CheckName(dataset, diagnostics, [.. EmittedNames.Dataset, ReadMethod.Name]);
        EquatableArray<ColumnModel> columns = ColumnParser.Parse(dataset, diagnostics, cancellation);
        bool implementsInterface = SymbolNames.IsDataset(dataset);
        if (!implementsInterface)
        {
            diagnostics.Report(DiagnosticDescriptors.NotADataset, DefinitionShape.Place(dataset), dataset.Name);
        }

        ReadMethod read = ReadMethod.Find(dataset, diagnostics, cancellation);
        string? obstacle = diagnostics.FirstError ?? (read.CanBeCalled && columns.Count > 0 && columns.All(static column => column.ElementType.IsKnown) ? null : $"Dataset '{dataset.Name}' has errors.");
        return new(
            new DatasetModel(type, columns, dataset.Name == ReadMethod.Name ? null : read.Declaration, read.Index, read.Row, implementsInterface, omitted, obstacle), diagnostics.ToArray());
    }
}
