using System.Collections.Generic;
using System.Collections.Immutable;
using System.Composition;
using System.Linq;
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

/// <summary>Offers consistent plans that stay within what a pass or a dataset holds.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(BatchLimitCodeFixProvider))]
[Shared]
public sealed class BatchLimitCodeFixProvider : CodeFixProvider
{
    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds =>
    [
        DiagnosticDescriptors.MicroBatchTooLarge.Id,
        DiagnosticDescriptors.GlobalBatchAboveDataset.Id,
        DiagnosticDescriptors.DropLastDropsAll.Id,
    ];

    // Which plan is meant is to be said for each definition.
    /// <inheritdoc/>
    public override FixAllProvider? GetFixAllProvider() => null;

    /// <inheritdoc/>
    public override async Task RegisterCodeFixesAsync(CodeFixContext context)
    {
        SyntaxNode? root = await context.Document.GetSyntaxRootAsync(context.CancellationToken).ConfigureAwait(false);
        SemanticModel? model = await context.Document.GetSemanticModelAsync(context.CancellationToken).ConfigureAwait(false);
        if (root is null || !root.FullSpan.Contains(context.Span)
            || root.FindNode(context.Span).FirstAncestorOrSelf<TypeDeclarationSyntax>() is not { } declaration
            || model?.GetDeclaredSymbol(declaration, context.CancellationToken) is not INamedTypeSymbol definition)
        {
            return;
        }

        var attributes = new TrainingAttributes(definition, context.CancellationToken);
        BatchTerms written = BatchParser.Terms(attributes);
        if (BatchArithmetic.Decide(written, out BatchPlan plan) is not null)
        {
            return;
        }

        bool isTooLarge = context.Diagnostics[0].Id == DiagnosticDescriptors.MicroBatchTooLarge.Id;
        IEnumerable<BatchPlan> plans = isTooLarge ? Halved(plan)
            : attributes.Dataset?.TypeArgument is INamedTypeSymbol dataset
                && DeclaredLength.Of(dataset, model.Compilation, context.CancellationToken) is { } count
                ? AtMost(plan, count)
                : [];
        foreach (IReadOnlyList<BatchChange> changes in plans.Select(target => BatchPlanEdits.Towards(written, target)).OfType<IReadOnlyList<BatchChange>>())
        {
            string title = BatchMessages.Title(changes, keptGlobal: isTooLarge ? plan.GlobalBatch : null);
            context.RegisterCodeFix(
                CodeAction.Create(
                    title,
                    cancellation => BatchPlanEdits.ApplyAsync(context.Document.Project.Solution, attributes, changes, cancellation),
                    equivalenceKey: title),
                context.Diagnostics);
        }
    }

    private static IEnumerable<BatchPlan> Halved(BatchPlan plan)
    {
        BatchPlan? halved = plan;
        while (halved is { MicroBatch: > BatchArithmetic.LargestMicroBatch } tooLarge)
        {
            halved = BatchFitting.Halve(tooLarge);
        }

        return halved is { } fits ? [fits] : [];
    }

    // The largest global batch that keeps the micro-batch, then the largest that keeps accumulation.
    private static IEnumerable<BatchPlan> AtMost(BatchPlan plan, long count)
    {
        long replicas = plan.Replicas;
        var plans = new List<BatchPlan>();
        if (count / replicas / plan.MicroBatch is > 0 and var accumulation)
        {
            plans.Add(new BatchPlan(plan.MicroBatch, plan.Devices, plan.Nodes, accumulation));
        }

        if (count / replicas / plan.Accumulation is > 0 and var micro)
        {
            plans.Add(new BatchPlan(micro, plan.Devices, plan.Nodes, plan.Accumulation));
        }

        return plans.Distinct();
    }
}
