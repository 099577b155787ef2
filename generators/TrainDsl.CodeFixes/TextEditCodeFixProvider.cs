using System.Collections.Immutable;
using System.Linq;
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
    /// <inheritdoc/>
    public override FixAllProvider? GetFixAllProvider() => WellKnownFixAllProviders.BatchFixer;

    /// <inheritdoc/>
    public override async Task RegisterCodeFixesAsync(CodeFixContext context)
    {
        SyntaxNode? root = await context.Document.GetSyntaxRootAsync(context.CancellationToken).ConfigureAwait(false);
        SemanticModel? model = await context.Document.GetSemanticModelAsync(context.CancellationToken).ConfigureAwait(false);
        if (root is null || model is null || !root.FullSpan.Contains(context.Span))
        {
            return;
        }

        SourceText text = await context.Document.GetTextAsync(context.CancellationToken).ConfigureAwait(false);
        SyntaxNode node = root.FindNode(context.Span, getInnermostNodeForTie: true);
        if (node.FirstAncestorOrSelf<TypeDeclarationSyntax>() is { } type)
        {
            foreach (Diagnostic diagnostic in context.Diagnostics)
            {
                Offer(new FixSite(context, diagnostic, text, model, node, type));
            }
        }
    }

    private protected abstract void Offer(FixSite site);

    /// <summary>A mistake and what surrounds it.</summary>
    private protected sealed record FixSite(
        CodeFixContext Context, Diagnostic Diagnostic, SourceText Text, SemanticModel Model, SyntaxNode Node, TypeDeclarationSyntax Type)
    {
        public INamedTypeSymbol? Symbol => Model.GetDeclaredSymbol(Type, Context.CancellationToken) as INamedTypeSymbol;

        public void Register(string title, params TextChange[] changes)
        {
            ImmutableArray<TextChange> ordered = [.. changes.OrderBy(static change => change.Span.Start)];
            Document document = Context.Document;
            Context.RegisterCodeFix(
                CodeAction.Create(title, _ => Task.FromResult(document.WithText(Text.WithChanges(ordered))), equivalenceKey: title), Diagnostic);
        }
    }
}
