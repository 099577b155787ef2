using System.Collections.Immutable;
using System.Composition;
using System.Threading.Tasks;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using TrainDsl.Batching;
using TrainDsl.Generator.Analyzers;
using TrainDsl.Generator.Diagnostics;
using TrainDsl.Generator.Parsing;

namespace TrainDsl.CodeFixes;

/// <summary>Offers the nearest consistent plans where batch terms make none: one action each, those that keep the global batch first.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(BatchPlanCodeFixProvider))]
[Shared]
public sealed class BatchPlanCodeFixProvider : CodeFixProvider
{
    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds =>
    [
        DiagnosticDescriptors.NothingToInferFrom.Id,
        DiagnosticDescriptors.BatchTermNotPositive.Id,
        DiagnosticDescriptors.BatchContradiction.Id,
        DiagnosticDescriptors.BatchNotDivisible.Id,
        DiagnosticDescriptors.BatchOverflow.Id,
    ];

    // Which plan is meant is to be said for each definition.
    /// <inheritdoc/>
    public override FixAllProvider? GetFixAllProvider() => null;

    /// <inheritdoc/>
    public override async Task RegisterCodeFixesAsync(CodeFixContext context)
    {
        SyntaxNode? root = await context.Document.GetSyntaxRootAsync(context.CancellationToken).ConfigureAwait(false);
        SemanticModel? model = await context.Document.GetSemanticModelAsync(context.CancellationToken).ConfigureAwait(false);
        if (root?.FindNode(context.Span).FirstAncestorOrSelf<TypeDeclarationSyntax>() is not { } declaration
            || model?.GetDeclaredSymbol(declaration, context.CancellationToken) is not INamedTypeSymbol definition)
        {
            return;
        }

        // The same arithmetic that found the mistake finds the plans: nothing has to be carried through the diagnostic.
        var attributes = new TrainingAttributes(definition, context.CancellationToken);
        long samples = BatchParser.KnownSamples(attributes, model.Compilation, context.CancellationToken);
        if (BatchArithmetic.Resolve(BatchParser.Terms(attributes), samples).Failure is not { } failure)
        {
            return;
        }

        foreach (BatchSuggestion suggestion in failure.Suggestions)
        {
            context.RegisterCodeFix(
                CodeAction.Create(
                    suggestion.Title,
                    cancellation => BatchPlanEdits.ApplyAsync(context.Document.Project.Solution, attributes, suggestion.Changes, cancellation),
                    equivalenceKey: suggestion.Title),
                context.Diagnostics);
        }
    }
}
