using System;
using System.Collections.Generic;
using System.Composition;
using System.Linq;
using System.Threading.Tasks;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeRefactorings;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using TrainDsl.Batching;
using TrainDsl.Generator.Parsing;

namespace TrainDsl.CodeFixes;

/// <summary>Rewrites a sound batch plan for less memory, more memory or other devices; what is trained stays: the global batch is kept.</summary>
[ExportCodeRefactoringProvider(LanguageNames.CSharp, Name = nameof(BatchFittingRefactoringProvider))]
[Shared]
public sealed class BatchFittingRefactoringProvider : CodeRefactoringProvider
{
    private static readonly long[] DeviceCounts = [1, 2, 4, 8];

    /// <inheritdoc/>
    public override async Task ComputeRefactoringsAsync(CodeRefactoringContext context)
    {
        SyntaxNode? root = await context.Document.GetSyntaxRootAsync(context.CancellationToken).ConfigureAwait(false);
        SemanticModel? model = await context.Document.GetSemanticModelAsync(context.CancellationToken).ConfigureAwait(false);
        if (root?.FindNode(context.Span).FirstAncestorOrSelf<TypeDeclarationSyntax>() is not { } declaration
            || context.Span.Start > declaration.Identifier.Span.End
            || model?.GetDeclaredSymbol(declaration, context.CancellationToken) is not INamedTypeSymbol definition)
        {
            return;
        }

        var attributes = new TrainingAttributes(definition, context.CancellationToken);
        BatchTerms written = BatchParser.Terms(attributes);
        if (attributes.Training is null || !BatchParser.IsReadable(attributes) || BatchArithmetic.Decide(written, out BatchPlan plan) is not null)
        {
            return;
        }

        Offer("Fit to less memory", BatchFitting.Halve(plan));
        Offer("Use more memory", BatchFitting.Double(plan));
        foreach (long devices in DeviceCounts.Where(count => count != plan.Devices))
        {
            Offer(
                devices == 1 ? "Fit to 1 device" : FormattableString.Invariant($"Fit to {devices} devices"),
                BatchFitting.Fit(plan, new FitRequest { Devices = devices }).Plan);
        }

        void Offer(string what, BatchPlan? fitted)
        {
            if (fitted is { } target && BatchPlanEdits.Towards(written, target) is { } changes)
            {
                string title = FormattableString.Invariant(
                    $"{what}: micro-batch {target.MicroBatch}, accumulation {target.Accumulation} (keeps global {target.GlobalBatch})");
                context.RegisterRefactoring(CodeAction.Create(
                    title,
                    cancellation => BatchPlanEdits.ApplyAsync(context.Document.Project.Solution, attributes, changes, cancellation),
                    equivalenceKey: what));
            }
        }
    }
}
