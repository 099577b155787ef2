using System;
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

/// <summary>Writes the plan with the largest micro-batch that fits the declared memory; the global batch is kept.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(MemoryPlanCodeFixProvider))]
[Shared]
public sealed class MemoryPlanCodeFixProvider : CodeFixProvider
{
    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds =>
        [DiagnosticDescriptors.AccumulationNotNeeded.Id, DiagnosticDescriptors.MicroBatchAboveMemory.Id];

    /// <inheritdoc/>
    public override FixAllProvider? GetFixAllProvider() => WellKnownFixAllProviders.BatchFixer;

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

        var attributes = new TrainingAttributes(definition, context.CancellationToken);
        BatchTerms written = BatchParser.Terms(attributes);
        if (BatchArithmetic.Decide(written, out BatchPlan plan) is null
            && DeclaredMemory.Of(attributes, plan)?.Better is { } target
            && BatchPlanEdits.Towards(written, target) is { } changes)
        {
            string title = FormattableString.Invariant(
                $"Use micro-batch {target.MicroBatch} and accumulation {target.Accumulation} (keeps global {target.GlobalBatch})");
            context.RegisterCodeFix(
                CodeAction.Create(
                    title,
                    cancellation => BatchPlanEdits.ApplyAsync(context.Document.Project.Solution, attributes, changes, cancellation),
                    equivalenceKey: nameof(MemoryPlanCodeFixProvider)),
                context.Diagnostics);
        }
    }
}
