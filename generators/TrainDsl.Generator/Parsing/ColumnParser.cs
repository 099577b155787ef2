using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using TrainDsl.Generator.Diagnostics;
using TrainDsl.Generator.Model;

namespace TrainDsl.Generator.Parsing;

/// <summary>Reads the columns of a dataset. One with an error is left out, so that the others can still be used.</summary>
internal static class ColumnParser
{
    /// <summary>The most elements of one sample: rows are spans.</summary>
    public const long MostElements = int.MaxValue;

    // Members that every row and batch has; those of object cannot be hidden without a warning.
    private static readonly HashSet<string> Reserved = new(StringComparer.Ordinal)
    {
        "Count", DatasetParser.Row, DatasetParser.Batch, "Equals", "GetHashCode", "GetType", "ToString", "MemberwiseClone", "Finalize", "ReferenceEquals",
    };

    public static EquatableArray<ColumnModel> Parse(INamedTypeSymbol dataset, DiagnosticBag diagnostics, CancellationToken cancellation)
    {
        var columns = new List<ColumnModel>();
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (DslAttribute attribute in DslAttribute.Of(dataset, cancellation).Where(static attribute => attribute.Name == "Column"))
        {
            if (attribute.HasPositional(0)
                && Name(attribute, dataset, names, diagnostics) is { } name
                && Shape(attribute, name, diagnostics) is { } shape
                && Element(attribute, name, diagnostics) is { } element)
            {
                columns.Add(new ColumnModel(name, element, shape));
            }
        }

        return new(columns);
    }

    private static string? Name(DslAttribute attribute, INamedTypeSymbol dataset, HashSet<string> names, DiagnosticBag diagnostics)
    {
        string name = attribute.PositionalString(0) ?? "";
        Location? location = attribute.PositionalLocation(0, "name");
        if (!SyntaxFacts.IsValidIdentifier(name) || SyntaxFacts.GetKeywordKind(name) != SyntaxKind.None)
        {
            diagnostics.Report(DiagnosticDescriptors.ColumnNameNotIdentifier, location, name);
            return null;
        }

        if (Reserved.Contains(name) || name == dataset.Name)
        {
            diagnostics.Report(DiagnosticDescriptors.ColumnNameReserved, location, name);
            return null;
        }

        if (!names.Add(name))
        {
            diagnostics.Report(DiagnosticDescriptors.ColumnTwice, location, name, dataset.Name);
            return null;
        }

        return name;
    }

    private static EquatableArray<long>? Shape(DslAttribute attribute, string name, DiagnosticBag diagnostics)
    {
        if (!attribute.HasPositional(1))
        {
            return null;
        }

        IReadOnlyList<long> shape = attribute.PositionalArray(1);
        long elements = 1;
        for (int i = 0; i < shape.Count; i++)
        {
            if (shape[i] < 1)
            {
                diagnostics.Report(DiagnosticDescriptors.ColumnSizeNotPositive, attribute.PositionalLocation(1 + i, "shape"), shape[i], name);
                return null;
            }

            if (shape[i] > MostElements / elements)
            {
                diagnostics.Report(
                    DiagnosticDescriptors.ColumnTooLarge, attribute.PositionalLocation(1 + i, "shape"), string.Join(", ", shape), name, MostElements);
                return null;
            }

            elements *= shape[i];
        }

        return new(shape);
    }

    private static ElementType? Element(DslAttribute attribute, string name, DiagnosticBag diagnostics)
    {
        if (attribute.TypeArgument is not { TypeKind: not TypeKind.Error } type)
        {
            return null;
        }

        ElementType? element = ElementTypes.Find(type);

        // A type that is not unmanaged violates the attribute's own constraint, which the compiler reports.
        if (element is null && type.IsUnmanagedType)
        {
            diagnostics.Report(DiagnosticDescriptors.ColumnElementType, attribute.TypeArgumentLocation, name, SymbolNames.Short(type));
        }

        return element;
    }
}
