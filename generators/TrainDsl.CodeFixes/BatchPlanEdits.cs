using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;
using TrainDsl.Batching;
using TrainDsl.Generator.Parsing;

namespace TrainDsl.CodeFixes;

/// <summary>Turns changes of batch terms into edits of the attributes that state them.</summary>
internal static class BatchPlanEdits
{
    private static readonly BatchTerm[] Terms =
        [BatchTerm.GlobalBatch, BatchTerm.MicroBatch, BatchTerm.Devices, BatchTerm.Nodes, BatchTerm.Accumulation];

    /// <summary>Writes the changes into the attributes of a definition: new numbers in place, missing attributes below <c>[Training]</c>.</summary>
    public static async Task<Solution> ApplyAsync(
        Solution solution, TrainingAttributes attributes, IReadOnlyList<BatchChange> changes, CancellationToken cancellation)
    {
        var edits = new List<(SyntaxTree Tree, TextChange Change)>();
        var added = new List<string>();
        BatchChange? nodes = null;
        foreach (BatchChange change in changes)
        {
            if (change.Old is not null && BatchParser.LocationOf(change.Term, attributes) is { SourceTree: { } tree } location)
            {
                edits.Add((tree, new TextChange(location.SourceSpan, Number(change.New))));
            }
            else if (change.Term == BatchTerm.Nodes)
            {
                nodes = change;
            }
            else if (change.Term == BatchTerm.MicroBatch && attributes.MicroBatch?.Location is { SourceTree: { } autoTree } auto)
            {
                // [MicroBatch(Auto = true)] gets its number.
                SyntaxNode root = await autoTree.GetRootAsync(cancellation).ConfigureAwait(false);
                edits.Add((autoTree, AddNumber(root.FindNode(auto.SourceSpan).FirstAncestorOrSelf<AttributeSyntax>()!, change.New)));
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
            SemanticModel? model = solution.GetDocument(trainingTree) is { } file
                ? await file.GetSemanticModelAsync(cancellation).ConfigureAwait(false)
                : null;
            string lines = string.Concat(added.Select(attribute => SourceLines.NewLine(text, list)
                + (model is not null && list.Parent is TypeDeclarationSyntax type ? DslNames.Attribute(model, type, attribute) : attribute)));
            edits.Add((trainingTree, new TextChange(new TextSpan(list.Span.End, 0), lines)));
        }

        foreach (IGrouping<SyntaxTree, (SyntaxTree Tree, TextChange Change)> file in edits.GroupBy(static edit => edit.Tree))
        {
            SourceText text = await file.Key.GetTextAsync(cancellation).ConfigureAwait(false);
            if (solution.GetDocumentId(file.Key) is { } document)
            {
                IEnumerable<TextChange> ordered = file.Select(static edit => edit.Change).OrderBy(static change => change.Span);
                solution = solution.WithDocumentText(document, text.WithChanges(ordered));
            }
        }

        return solution;
    }

    /// <summary>
    /// The changes that lead from written terms to a plan, or null where none are needed or none do. What is written gets its new number; what is not
    /// is added only where the plan would not be inferred without it.
    /// </summary>
    public static IReadOnlyList<BatchChange>? Towards(BatchTerms written, BatchPlan target)
    {
        var changes = new List<BatchChange>();
        BatchTerms terms = written;
        foreach (BatchTerm term in Terms.Where(term => written[term] is not null))
        {
            if (written[term] != target[term])
            {
                changes.Add(new BatchChange(term, written[term], target[term]));
                terms = terms.With(term, target[term]);
            }
        }

        foreach (BatchTerm term in Terms.Where(term => written[term] is null))
        {
            if (Resolves(terms, target))
            {
                break;
            }

            // Devices and nodes are 1 unless written: stating that infers nothing.
            if ((term is BatchTerm.Devices or BatchTerm.Nodes) && target[term] == 1)
            {
                continue;
            }

            changes.Add(new BatchChange(term, null, target[term]));
            terms = terms.With(term, target[term]);
        }

        return Resolves(terms, target) && changes.Count > 0 ? [.. changes.OrderBy(static change => change.Term)] : null;
    }

    private static bool Resolves(BatchTerms terms, BatchPlan target)
        => BatchArithmetic.Decide(terms, out BatchPlan plan) is null && plan == target;

    private static TextChange AddNumber(AttributeSyntax attribute, long number) => attribute.ArgumentList switch
    {
        null => new TextChange(new TextSpan(attribute.Name.Span.End, 0), $"({Number(number)})"),
        { Arguments.Count: 0 } list => new TextChange(list.Span, $"({Number(number)})"),
        { } list => new TextChange(new TextSpan(list.Arguments[0].SpanStart, 0), Number(number) + ", "),
    };

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

    private static string Number(long value) => value.ToString(CultureInfo.InvariantCulture);
}
