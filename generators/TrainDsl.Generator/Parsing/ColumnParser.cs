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
            if (!attribute.HasPositional(0))
            {
                // An argument has an error that the compiler reports: the column stays, as far as it can be read.
                if (attribute.WrittenString(0) is { } written && Name(written, null, dataset, names, new DiagnosticBag()) is { } kept)
                {
                    columns.Add(new ColumnModel(kept, Element(attribute, kept, new DiagnosticBag()), new(attribute.WrittenCount > 1 ? [1] : [])));
                }

                continue;
            }

            string? text = attribute.PositionalString(0);
            if (Name(text ?? "", attribute.PositionalLocation(0, "name"), dataset, names, diagnostics) is { } name)
            {
                ElementType element = Element(attribute, name, diagnostics);
                IReadOnlyList<long> shape = attribute.PositionalArray(1);
                CheckShape(attribute, name, shape, diagnostics);
                columns.Add(new ColumnModel(name, element, new(shape)));
            }
        }

        return new(columns);
    }

    private static string? Name(string name, Location? location, INamedTypeSymbol dataset, HashSet<string> names, DiagnosticBag diagnostics)
    {
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
        => names.Concat(EmittedNames.RowsAndBatches).Any(other => IsAccessor(name, other) || IsAccessor(other, name));

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

    private static ElementType Element(DslAttribute attribute, string name, DiagnosticBag diagnostics)
    {
        ITypeSymbol? type = attribute.TypeArgument;

        // A type that violates the attribute's own constraint is for the compiler to report; of a nullable one its underlying type is meant.
        if (type is INamedTypeSymbol { OriginalDefinition.SpecialType: SpecialType.System_Nullable_T } nullable)
        {
            return ElementTypes.Find(nullable.TypeArguments[0]) ?? Unknown(nullable.TypeArguments[0]);
        }

        if (type is not { TypeKind: not TypeKind.Error, IsUnmanagedType: true })
        {
            return Unknown(type);
        }

        if (ElementTypes.Find(type) is { } element)
        {
            return element;
        }

        diagnostics.Report(DiagnosticDescriptors.ColumnElementType, attribute.TypeArgumentLocation, name, SymbolNames.Short(type));
        return Unknown(type);
    }

    // What takes and gives anything stands in for a type that cannot be an element of a span.
    private static ElementType Unknown(ITypeSymbol? type)
        => type is INamedTypeSymbol { TypeKind: TypeKind.Class or TypeKind.Struct or TypeKind.Enum or TypeKind.Interface, IsRefLikeType: false, IsStatic: false }
            named && AccessRules.Parts(named).All(static part => part.TypeKind != TypeKind.Error) && !named.IsUnboundGenericType
            ? new(SymbolNames.FullyQualified(type), "", SymbolNames.Short(type), 0)
            : new("dynamic", "", "?", 0);
}
