using System.Linq;
using System.Threading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace TrainDsl.Generator.Parsing;

/// <summary>How many samples a dataset has, where that is written in it.</summary>
internal static class DatasetLength
{
    /// <summary>The number in <c>public long Count =&gt; 100;</c>; null where more than reading it is needed, which is then not certain.</summary>
    public static long? Of(INamedTypeSymbol dataset, CancellationToken cancellation)
        => dataset.GetMembers("Count").OfType<IPropertySymbol>().FirstOrDefault()?.DeclaringSyntaxReferences.FirstOrDefault()
            ?.GetSyntax(cancellation) is PropertyDeclarationSyntax
            {
                ExpressionBody.Expression: LiteralExpressionSyntax { RawKind: (int)SyntaxKind.NumericLiteralExpression } literal,
            }
            ? literal.Token.Value switch
            {
                int number => number,
                long number => number,
                _ => null,
            }
            : null;
}
