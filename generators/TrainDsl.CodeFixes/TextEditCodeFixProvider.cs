using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace TrainDsl.CodeFixes;

/// <summary>A fix that is a few edits of the text of the file in which the mistake is.</summary>
public abstract class TextEditCodeFixProvider : CodeFixProvider
{
    /// <summary>Of the fixable diagnostics those that may be fixed everywhere at once: what is chosen for one is right for all of them.</summary>
    private protected virtual ImmutableArray<string> FixAllIds => [];

    /// <inheritdoc/>
    public sealed override FixAllProvider? GetFixAllProvider() => FixAllIds.IsEmpty ? null : new TextEditFixAllProvider(this, FixAllIds);

    /// <inheritdoc/>
    public sealed override async Task RegisterCodeFixesAsync(CodeFixContext context)
    {
        foreach (Diagnostic diagnostic in context.Diagnostics)
        {
            foreach (TextEdit edit in await EditsAsync(context.Document, diagnostic, context.CancellationToken).ConfigureAwait(false))
            {
                Document document = context.Document;
                context.RegisterCodeFix(
                    CodeAction.Create(edit.Title, cancellation => ApplyAsync(document, edit, cancellation), edit.EquivalenceKey), diagnostic);
            }
        }
    }

    /// <summary>What is offered for a diagnostic of a file.</summary>
    internal async Task<IReadOnlyList<TextEdit>> EditsAsync(Document document, Diagnostic diagnostic, CancellationToken cancellation)
    {
        SyntaxNode? root = await document.GetSyntaxRootAsync(cancellation).ConfigureAwait(false);
        SemanticModel? model = await document.GetSemanticModelAsync(cancellation).ConfigureAwait(false);
        TextSpan span = diagnostic.Location.SourceSpan;
        if (root is null || model is null || !root.FullSpan.Contains(span))
        {
            return [];
        }

        SourceText text = await document.GetTextAsync(cancellation).ConfigureAwait(false);
        SyntaxNode node = root.FindNode(span, getInnermostNodeForTie: true);
        if (node.FirstAncestorOrSelf<TypeDeclarationSyntax>() is not { } type)
        {
            return [];
        }

        var site = new FixSite(diagnostic, text, model, node, type, cancellation);
        Offer(site);
        return site.Edits;
    }

    private protected abstract void Offer(FixSite site);

    private static async Task<Document> ApplyAsync(Document document, TextEdit edit, CancellationToken cancellation)
    {
        SourceText text = await document.GetTextAsync(cancellation).ConfigureAwait(false);
        return document.WithText(text.WithChanges(edit.Changes));
    }
}
