using System.Collections.Immutable;
using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using TrainDsl.Generator.Diagnostics;

namespace TrainDsl.CodeFixes;

/// <summary>Adds a Read to fill in.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(AddReadCodeFixProvider))]
[Shared]
public sealed class AddReadCodeFixProvider : TextEditCodeFixProvider
{
    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds =>
    [
        DiagnosticDescriptors.NoRead.Id,
    ];

    private protected override ImmutableArray<string> FixAllIds => FixableDiagnosticIds;

    private protected override void Offer(FixSite site)
        => site.Register("Add Read", SourceLines.AddMember(
            site.Text,
            site.Type,
            "public partial void Read(long index, in Row row)",
            "    => throw new System.NotImplementedException();"));
}
