using System.Collections.Immutable;
using System.Composition;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Text;
using TrainDsl.Generator.Diagnostics;

namespace TrainDsl.CodeFixes;

/// <summary>Removes a modifier that a definition cannot have.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(RemoveModifierCodeFixProvider))]
[Shared]
public sealed class RemoveModifierCodeFixProvider : TextEditCodeFixProvider
{
    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds =>
    [
        DiagnosticDescriptors.Static.Id,
        DiagnosticDescriptors.Abstract.Id,
        DiagnosticDescriptors.FileLocal.Id,
    ];

    private protected override ImmutableArray<string> FixAllIds => FixableDiagnosticIds;

    private protected override void Offer(FixSite site)
    {
        SyntaxKind kind = site.Diagnostic.Id == DiagnosticDescriptors.Static.Id ? SyntaxKind.StaticKeyword
            : site.Diagnostic.Id == DiagnosticDescriptors.Abstract.Id ? SyntaxKind.AbstractKeyword
            : SyntaxKind.FileKeyword;
        SyntaxToken modifier = site.Type.Modifiers.FirstOrDefault(token => token.IsKind(kind));
        if (modifier.Span.IsEmpty)
        {
            return;
        }

        // A class with abstract members stays abstract until these are written.
        var change = new TextChange(TextSpan.FromBounds(modifier.SpanStart, modifier.GetNextToken().SpanStart), "");
        if (site.Fits(change))
        {
            site.Register($"Remove '{modifier.Text}'", change);
        }
    }
}
