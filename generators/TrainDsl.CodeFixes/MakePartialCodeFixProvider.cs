using System.Collections.Immutable;
using System.Composition;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;
using TrainDsl.Generator.Diagnostics;

namespace TrainDsl.CodeFixes;

/// <summary>Makes a definition, and the types around it, partial.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(MakePartialCodeFixProvider))]
[Shared]
public sealed class MakePartialCodeFixProvider : TextEditCodeFixProvider
{
    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds =>
    [
        DiagnosticDescriptors.NotPartial.Id,
        DiagnosticDescriptors.ContainerNotPartial.Id,
    ];

    private protected override ImmutableArray<string> FixAllIds => FixableDiagnosticIds;

    private protected override void Offer(FixSite site)
    {
        TextChange[] changes = [.. site.Type.AncestorsAndSelf().OfType<TypeDeclarationSyntax>()
            .Where(static type => !type.Modifiers.Any(SyntaxKind.PartialKeyword))
            .Select(static type => new TextChange(new TextSpan(type.Keyword.SpanStart, 0), "partial "))];
        if (changes.Length > 0)
        {
            site.RegisterAs("Make partial", changes.Length == 1 ? "Make it partial" : "Make it and the types around it partial", changes);
        }
    }
}
