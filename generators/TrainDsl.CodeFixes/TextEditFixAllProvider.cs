using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Threading.Tasks;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.Text;

namespace TrainDsl.CodeFixes;

/// <summary>Carries out one remedy at every place of a file.</summary>
/// <remarks>
/// Roslyn's own batch fixer drops a fix that touches another one: of two neighbouring arguments it removes one, and an attribute that two
/// diagnostics ask for it adds twice. Here removals that meet become one, and the same edit is made once.
/// </remarks>
internal sealed class TextEditFixAllProvider(TextEditCodeFixProvider provider, ImmutableArray<string> ids) : DocumentBasedFixAllProvider
{
    /// <inheritdoc/>
    public override IEnumerable<string> GetSupportedFixAllDiagnosticIds(CodeFixProvider originalCodeFixProvider) => ids;

    /// <inheritdoc/>
    protected override async Task<Document?> FixAllAsync(FixAllContext fixAllContext, Document document, ImmutableArray<Diagnostic> diagnostics)
    {
        var made = new List<TextChange>();
        foreach (Diagnostic diagnostic in diagnostics.OrderBy(static diagnostic => diagnostic.Location.SourceSpan.Start))
        {
            IReadOnlyList<TextEdit> edits = await provider.EditsAsync(document, diagnostic, fixAllContext.CancellationToken).ConfigureAwait(false);
            if (edits.FirstOrDefault(edit => edit.EquivalenceKey == fixAllContext.CodeActionEquivalenceKey) is { } chosen)
            {
                Add(made, chosen.Changes);
            }
        }

        SourceText text = await document.GetTextAsync(fixAllContext.CancellationToken).ConfigureAwait(false);
        return document.WithText(text.WithChanges(made.OrderBy(static change => change.Span.Start)));
    }

    // The edits of a remedy are made together or, where one of them contradicts what was made before, not at all.
    private static void Add(List<TextChange> made, ImmutableArray<TextChange> changes)
    {
        if (changes.Any(change => made.Any(other => Meet(change, other) && change != other && !(IsRemoval(change) && IsRemoval(other)))))
        {
            return;
        }

        foreach (TextChange change in changes.Where(change => !made.Contains(change)))
        {
            TextSpan span = change.Span;
            if (IsRemoval(change))
            {
                foreach (TextChange other in made.Where(other => IsRemoval(other) && Meet(change, other)).ToArray())
                {
                    span = TextSpan.FromBounds(System.Math.Min(span.Start, other.Span.Start), System.Math.Max(span.End, other.Span.End));
                    made.Remove(other);
                }
            }

            made.Add(new TextChange(span, change.NewText ?? ""));
        }
    }

    private static bool IsRemoval(TextChange change) => string.IsNullOrEmpty(change.NewText);

    private static bool Meet(TextChange first, TextChange second)
        => first.Span.IsEmpty && second.Span.IsEmpty ? first.Span == second.Span : first.Span.OverlapsWith(second.Span)
            || (first.Span.IsEmpty && second.Span.Start < first.Span.Start && first.Span.Start < second.Span.End)
            || (second.Span.IsEmpty && first.Span.Start < second.Span.Start && second.Span.Start < first.Span.End);
}
