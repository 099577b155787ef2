using System.Linq;
using System.Threading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace TrainDsl.Generator.Parsing;

/// <summary>The length of a dataset where it is written as a number.</summary>
/// <remarks>It reads a body, of a property that is called <see cref="Property"/>: those count as declared (<see cref="Declarations"/>).</remarks>
internal static class DeclaredLength
{
    /// <summary>The property of <c>IDataset</c> that is the length.</summary>
    public const string Property = "Count";

    /// <summary>
    /// The length, at least 1, where it is a constant, as in <c>public long Count => 60_000;</c>. What needs more than reading a number, may be
    /// overridden, or is another project's, is not known for certain.
    /// </summary>
    public static long? Of(INamedTypeSymbol dataset, Compilation compilation, CancellationToken cancellation)
        => Written(dataset, compilation, cancellation) is { } length and >= 1 ? length : null;

    /// <summary>The same, whatever the number.</summary>
    public static long? Written(INamedTypeSymbol dataset, Compilation compilation, CancellationToken cancellation)
    {
        if (Counted(dataset) is not { } property
            || ((property.IsVirtual || property.IsOverride) && !dataset.IsSealed)
            || property.DeclaringSyntaxReferences.FirstOrDefault()?.GetSyntax(cancellation) is not PropertyDeclarationSyntax declaration
            || Returned(declaration) is not { } expression || !compilation.ContainsSyntaxTree(expression.SyntaxTree))
        {
            return null;
        }

        object? value = compilation.GetSemanticModel(expression.SyntaxTree).GetConstantValue(expression, cancellation).Value;
        long? length = value switch
        {
            int number => number,
            long number => number,
            _ => null,
        };
        return length;
    }

    // What runs count by is the interface's member, which a property of the same name need not implement.
    private static IPropertySymbol? Counted(INamedTypeSymbol dataset)
        => dataset.AllInterfaces.FirstOrDefault(static candidate => SymbolNames.Is(candidate, DslAttribute.Namespace, "IDataset"))
            ?.GetMembers(Property).FirstOrDefault() is { } count
            ? dataset.FindImplementationForInterfaceMember(count) as IPropertySymbol
            : null;

    private static ExpressionSyntax? Returned(PropertyDeclarationSyntax property)
    {
        if (property.ExpressionBody is not null)
        {
            return property.ExpressionBody.Expression;
        }

        return property.AccessorList?.Accessors is not [{ Keyword.ValueText: "get" } getter] ? null
            : getter.ExpressionBody is not null ? getter.ExpressionBody.Expression
            : getter.Body?.Statements is [ReturnStatementSyntax { Expression: { } returned }] ? returned
            : null;
    }
}
