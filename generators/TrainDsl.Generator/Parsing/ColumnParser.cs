using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using TrainDsl.Generator.Diagnostics;
using TrainDsl.Generator.Emission;
using TrainDsl.Generator.Model;

namespace TrainDsl.Generator.Parsing;

/// <summary>
/// Reads the columns of a dataset. One whose name cannot be used is left out; one with another error keeps its members, so that code which uses
/// them has no errors of its own.
/// </summary>
internal static class ColumnParser
{
    /// <summary>The most elements of one sample: rows are spans.</summary>
    public const long MostElements = int.MaxValue;

    /// <summary>Members that every row and batch has; those of object cannot be hidden without a warning.</summary>
    public static readonly HashSet<string> ReservedNames = new(
        EmittedNames.RowsAndBatches.Concat(
        [
            EmittedNames.Row, EmittedNames.Batch, "Equals", "GetHashCode", "GetType", "ToString", "MemberwiseClone", "Finalize", "ReferenceEquals",
        ]),
        StringComparer.Ordinal);

    public static EquatableArray<ColumnModel> Parse(INamedTypeSymbol dataset, DiagnosticBag diagnostics, CancellationToken cancellation)
    {
        var columns = new List<ColumnModel>();
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (DslAttribute attribute in DslAttribute.Of(dataset, cancellation).Where(static attribute => attribute.Name == "Column"))
        {
            if (attribute.HasPositional(0) && Name(attribute, dataset, names, diagnostics) is { } name
                && Element(attribute, name, diagnostics) is { } element)
            {
                IReadOnlyList<long> shape = attribute.PositionalArray(1);
                CheckShape(attribute, name, shape, diagnostics);
                columns.Add(new ColumnModel(name, element, new(shape)));
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

        if (ReservedNames.Contains(name) || IsAccessorOf(name, names))
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

    // A property X has accessors get_X and set_X, and names that stand in their way.
    private static bool IsAccessorOf(string name, HashSet<string> names)
        => names.Append("Count").Any(other => IsAccessor(name, other) || IsAccessor(other, name));

    private static bool IsAccessor(string name, string property) => name == "get_" + property || name == "set_" + property;

    private static void CheckShape(DslAttribute attribute, string name, IReadOnlyList<long> shape, DiagnosticBag diagnostics)
    {
        long elements = 1;
        for (int i = 0; i < shape.Count; i++)
        {
            if (shape[i] < 1)
            {
                diagnostics.Report(DiagnosticDescriptors.ColumnSizeNotPositive, attribute.PositionalLocation(1 + i, "shape"), shape[i], name);
                return;
            }

            if (shape[i] > MostElements / elements)
            {
                diagnostics.Report(
                    DiagnosticDescriptors.ColumnTooLarge,
                    attribute.PositionalLocation(1 + i, "shape"),
                    string.Join(", ", shape.Select(static size => DiagnosticBag.Format(size))),
                    name,
                    MostElements);
                return;
            }

            elements *= shape[i];
        }
    }

    private static ElementType? Element(DslAttribute attribute, string name, DiagnosticBag diagnostics)
    {
        // A type that is not unmanaged violates the attribute's own constraint, which the compiler reports.
        if (attribute.TypeArgument is not { TypeKind: not TypeKind.Error, IsUnmanagedType: true } type)
        {
            return null;
        }

        if (ElementTypes.Find(type) is { } element)
        {
            return element;
        }

        diagnostics.Report(DiagnosticDescriptors.ColumnElementType, attribute.TypeArgumentLocation, name, SymbolNames.Short(type));
        return new ElementType(SymbolNames.FullyQualified(type), "", SymbolNames.Short(type), 0);
    }
}
