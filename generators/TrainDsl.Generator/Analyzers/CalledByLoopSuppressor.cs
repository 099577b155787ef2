using System.Collections.Immutable;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;
using TrainDsl.Generator.Parsing;

namespace TrainDsl.Generator.Analyzers;

/// <summary>
/// Keeps CA1822 from asking that <c>Read</c> or a hook be static: generated code declares them as members of an instance.
/// </summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class CalledByLoopSuppressor : DiagnosticSuppressor
{
    private static readonly SuppressionDescriptor s_static = new(
        id: "TDSL0949",
        suppressedDiagnosticId: "CA1822",
        justification: "The generated half declares the method as a member of an instance: static, it would not compile.");

    /// <inheritdoc/>
    public override ImmutableArray<SuppressionDescriptor> SupportedSuppressions => [s_static];

    /// <inheritdoc/>
    public override void ReportSuppressions(SuppressionAnalysisContext context)
    {
        foreach (Diagnostic diagnostic in context.ReportedDiagnostics)
        {
            if (diagnostic.Location.SourceTree is { } tree
                && tree.GetRoot(context.CancellationToken).FindNode(diagnostic.Location.SourceSpan) is { } node
                && node.FirstAncestorOrSelf<MemberDeclarationSyntax>() is MethodDeclarationSyntax syntax
                && context.GetSemanticModel(tree).GetDeclaredSymbol(syntax, context.CancellationToken) is { ContainingType: { } type } method
                && IsDeclaredByTheLoop(syntax, method, type, context))
            {
                context.ReportSuppression(Suppression.Create(s_static, diagnostic));
            }
        }
    }

    private static bool IsDeclaredByTheLoop(MethodDeclarationSyntax syntax, IMethodSymbol method, INamedTypeSymbol type, SuppressionAnalysisContext context)
        => (syntax.Modifiers.Any(SyntaxKind.PartialKeyword) || DslAttribute.Of(method, context.CancellationToken).Any(static mark => mark.Name is "Loss" or "Metric"))
            && DslAttribute.Of(type, context.CancellationToken).Any(static attribute => attribute.Name is "Training" or "Column");
}
