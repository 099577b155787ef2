using System.Collections.Generic;
using System.Collections.Immutable;
using System.Composition;
using System.Globalization;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;
using TrainDsl.Batching;
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

    /// <inheritdoc/>
    public override FixAllProvider GetFixAllProvider() => WellKnownFixAllProviders.BatchFixer;

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
        if (BatchArithmetic.Resolve(BatchParser.Terms(attributes)).Failure is not { } failure)
        {
            return;
        }

        foreach (BatchSuggestion suggestion in failure.Suggestions)
        {
            context.RegisterCodeFix(
                CodeAction.Create(
                    suggestion.Title,
                    cancellation => ApplyAsync(context.Document.Project.Solution, attributes, suggestion, cancellation),
                    equivalenceKey: suggestion.Title),
                context.Diagnostics);
        }
    }

    private static async Task<Solution> ApplyAsync(
        Solution solution, TrainingAttributes attributes, BatchSuggestion suggestion, CancellationToken cancellation)
    {
        var edits = new List<(SyntaxTree Tree, TextChange Change)>();
        var added = new List<string>();
        BatchChange? nodes = null;
        foreach (BatchChange change in suggestion.Changes)
        {
            if (change.Old is not null && BatchParser.LocationOf(change.Term, attributes) is { SourceTree: { } tree } location)
            {
                edits.Add((tree, new TextChange(location.SourceSpan, Number(change.New))));
            }
            else if (change.Term == BatchTerm.Nodes)
            {
                nodes = change;
            }
            else
            {
                added.Add(Attribute(change));
            }
        }

        if (nodes is { } addedNodes)
        {
            AddNodes(attributes, addedNodes.New, edits, added);
        }

        if (added.Count > 0 && attributes.Training?.Location is { SourceTree: { } trainingTree } training)
        {
            SyntaxNode root = await trainingTree.GetRootAsync(cancellation).ConfigureAwait(false);
            AttributeListSyntax list = root.FindNode(training.SourceSpan).FirstAncestorOrSelf<AttributeListSyntax>()!;
            SourceText text = await trainingTree.GetTextAsync(cancellation).ConfigureAwait(false);
            string lines = string.Concat(added.Select(attribute => NewLine(text, list) + attribute));
            edits.Add((trainingTree, new TextChange(new TextSpan(list.Span.End, 0), lines)));
        }

        foreach (IGrouping<SyntaxTree, (SyntaxTree Tree, TextChange Change)> file in edits.GroupBy(static edit => edit.Tree))
        {
            SourceText text = await file.Key.GetTextAsync(cancellation).ConfigureAwait(false);
            if (solution.GetDocumentId(file.Key) is { } document)
            {
                IEnumerable<TextChange> changes = file.Select(static edit => edit.Change).OrderBy(static change => change.Span);
                solution = solution.WithDocumentText(document, text.WithChanges(changes));
            }
        }

        return solution;
    }

    private static void AddNodes(TrainingAttributes attributes, long nodes, List<(SyntaxTree Tree, TextChange Change)> edits, List<string> added)
    {
        string argument = ", Nodes = " + Number(nodes);
        if (attributes.Devices?.PositionalLocation(0, "count") is { SourceTree: { } tree } devices)
        {
            edits.Add((tree, new TextChange(new TextSpan(devices.SourceSpan.End, 0), argument)));
            return;
        }

        int index = added.FindIndex(static attribute => attribute.StartsWith("[Devices(", System.StringComparison.Ordinal));
        string written = index < 0 ? "[Devices(1)]" : added[index];
        string whole = written.Substring(0, written.Length - ")]".Length) + argument + ")]";
        if (index < 0)
        {
            added.Add(whole);
        }
        else
        {
            added[index] = whole;
        }
    }

    private static string Attribute(BatchChange change)
    {
        string name = change.Term switch
        {
            BatchTerm.GlobalBatch => "GlobalBatch",
            BatchTerm.MicroBatch => "MicroBatch",
            BatchTerm.Devices => "Devices",
            _ => "GradientAccumulation",
        };
        return $"[{name}({Number(change.New)})]";
    }

    // As the line of the list has them: its line break and its indentation.
    private static string NewLine(SourceText text, AttributeListSyntax list)
    {
        TextLine line = text.Lines.GetLineFromPosition(list.SpanStart);
        string lineBreak = text.ToString(TextSpan.FromBounds(line.End, line.EndIncludingLineBreak));
        return (lineBreak.Length == 0 ? "\n" : lineBreak) + text.ToString(TextSpan.FromBounds(line.Start, list.SpanStart));
    }

    private static string Number(long value) => value.ToString(CultureInfo.InvariantCulture);
}
