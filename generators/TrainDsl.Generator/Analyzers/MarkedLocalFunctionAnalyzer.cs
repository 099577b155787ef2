using System.Collections.Immutable;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;
using TrainDsl.Generator.Diagnostics;
using TrainDsl.Generator.Parsing;

namespace TrainDsl.Generator.Analyzers;

/// <summary>Warns about a local function or lambda that is marked as a loss, a metric or a factory: only members of a definition are.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class MarkedLocalFunctionAnalyzer : DiagnosticAnalyzer
{
    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics => [DiagnosticDescriptors.MarkedLocalFunction];

    /// <inheritdoc/>
    public override void Initialize(AnalysisContext context)
    {
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        context.EnableConcurrentExecution();
        context.RegisterSyntaxNodeAction(Analyze, SyntaxKind.LocalFunctionStatement, SyntaxKind.ParenthesizedLambdaExpression);
    }

    private static void Analyze(SyntaxNodeAnalysisContext context)
    {
        SyntaxList<AttributeListSyntax> lists = context.Node switch
        {
            LocalFunctionStatementSyntax function => function.AttributeLists,
            LambdaExpressionSyntax lambda => lambda.AttributeLists,
            _ => default,
        };
        foreach (AttributeSyntax attribute in lists.SelectMany(static list => list.Attributes))
        {
            if (context.SemanticModel.GetTypeInfo(attribute, context.CancellationToken).Type is { } type
                && Marks(type) is { } name)
            {
                context.ReportDiagnostic(Diagnostic.Create(DiagnosticDescriptors.MarkedLocalFunction, attribute.GetLocation(), name));
            }
        }
    }

    private static string? Marks(ITypeSymbol type)
        => new[] { "Loss", "Metric", "ModelFactory" }.FirstOrDefault(name => SymbolNames.Is(type, DslAttribute.Namespace, name + "Attribute"));
}
