using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace TrainDsl.Generator.Parsing;

/// <summary>Compares what two versions of a file declare: bodies aside, but for those that may be the length of a dataset.</summary>
/// <remarks>
/// Member by member, because the compiler's own comparison of whole files ignores every initializer, default value and constant that follows the first
/// field that is not constant.
/// </remarks>
internal static class Declarations
{
    /// <summary>Whether two versions declare the same. Text that the parser skipped says nothing: files that have any count as different.</summary>
    public static bool AreTheSame(SyntaxNode first, SyntaxNode second)
        => first.IsIncrementallyIdenticalTo(second) || (!first.ContainsSkippedText && !second.ContainsSkippedText && Match(first, second));

    private static bool Match(SyntaxNode first, SyntaxNode second)
        => first.IsIncrementallyIdenticalTo(second)
            || (first.RawKind == second.RawKind && first switch
            {
                CompilationUnitSyntax or BaseNamespaceDeclarationSyntax or TypeDeclarationSyntax => PartsMatch(first, second),

                // Statements at the top of a file are a body.
                GlobalStatementSyntax => true,
                FieldDeclarationSyntax field => SyntaxFactory.AreEquivalent(first, second, topLevel: !field.Modifiers.Any(SyntaxKind.ConstKeyword)),

                // The length of a dataset, which is read from the body.
                PropertyDeclarationSyntax { Identifier.ValueText: DeclaredLength.Property } => SyntaxFactory.AreEquivalent(first, second, topLevel: false),
                BaseMethodDeclarationSyntax or BasePropertyDeclarationSyntax or EventFieldDeclarationSyntax
                    => SyntaxFactory.AreEquivalent(first, second, topLevel: true),
                _ => SyntaxFactory.AreEquivalent(first, second, topLevel: false),
            });

    private static bool PartsMatch(SyntaxNode first, SyntaxNode second)
    {
        ChildSyntaxList.Enumerator others = second.ChildNodesAndTokens().GetEnumerator();
        foreach (SyntaxNodeOrToken part in first.ChildNodesAndTokens())
        {
            if (!others.MoveNext() || part.IsNode != others.Current.IsNode)
            {
                return false;
            }

            bool matches = part.AsNode() is { } node
                ? Match(node, others.Current.AsNode()!)
                : SyntaxFactory.AreEquivalent(part.AsToken(), others.Current.AsToken());
            if (!matches)
            {
                return false;
            }
        }

        return !others.MoveNext();
    }
}
