using System.Collections.Generic;
using System.Collections.Immutable;
using System.Composition;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.Text;
using TrainDsl.Generator.Diagnostics;

namespace TrainDsl.CodeFixes;

/// <summary>Makes a class with columns a dataset.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(ImplementDatasetCodeFixProvider))]
[Shared]
public sealed class ImplementDatasetCodeFixProvider : TextEditCodeFixProvider
{
    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds =>
    [
        DiagnosticDescriptors.NotADataset.Id,
    ];

    private protected override ImmutableArray<string> FixAllIds => FixableDiagnosticIds;

    private protected override void Offer(FixSite site)
    {
        string name = DslNames.Type(site.Model, site.Type, "IDataset");
        SyntaxToken end = site.Type.ParameterList?.CloseParenToken ?? site.Type.TypeParameterList?.GreaterThanToken ?? site.Type.Identifier;
        var changes = new List<TextChange>
        {
            site.Type.BaseList is { Types: { Count: > 0 } types }
                ? new TextChange(new TextSpan(types.Last().Span.End, 0), ", " + name)
                : new TextChange(new TextSpan(end.Span.End, 0), " : " + name),
        };
        if (site.Symbol?.GetMembers("Count").IsEmpty == true)
        {
            changes.Add(SourceLines.AddMember(site.Text, site.Type, "public long Count => throw new System.NotImplementedException();"));
        }

        site.Register("Implement IDataset", [.. changes]);
    }
}
