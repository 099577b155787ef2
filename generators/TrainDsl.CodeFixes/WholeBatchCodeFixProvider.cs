using System;
using System.Collections.Immutable;
using System.Composition;
using System.Threading.Tasks;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using TrainDsl.Batching;
using TrainDsl.Generator.Diagnostics;
using TrainDsl.Generator.Parsing;

namespace TrainDsl.CodeFixes;

/// <summary>Makes the global batch one micro-batch, for a loss that couples its samples.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(WholeBatchCodeFixProvider))]
[Shared]
public sealed class WholeBatchCodeFixProvider : CodeFixProvider
{
    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds => [DiagnosticDescriptors.SplitsCoupledSamples.Id];

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
            && plan.GlobalBatch <= BatchArithmetic.LargestMicroBatch
            && BatchPlanEdits.Towards(written, new BatchPlan(plan.GlobalBatch, devices: 1, nodes: 1, accumulation: 1)) is { } changes)
        {
            context.RegisterCodeFix(
                CodeAction.Create(
                    FormattableString.Invariant($"Use micro-batch {plan.GlobalBatch} on one device, without accumulation"),
                    cancellation => BatchPlanEdits.ApplyAsync(context.Document.Project.Solution, attributes, changes, cancellation),
                    equivalenceKey: nameof(WholeBatchCodeFixProvider)),
                context.Diagnostics);
        }
    }
}
