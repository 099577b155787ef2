using System.Collections.Generic;
using System.Collections.Immutable;
using System.Composition;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Text;
using TrainDsl.Generator.Diagnostics;
using TrainDsl.Generator.Parsing;

namespace TrainDsl.CodeFixes;

/// <summary>Gives a column a name that members of rows and batches can have.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(ColumnNameCodeFixProvider))]
[Shared]
public sealed class ColumnNameCodeFixProvider : TextEditCodeFixProvider
{
    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds =>
    [
        DiagnosticDescriptors.ColumnTwice.Id,
        DiagnosticDescriptors.ColumnNameNotIdentifier.Id,
        DiagnosticDescriptors.ColumnNameReserved.Id,
    ];

    private protected override void Offer(FixSite site)
    {
        if (site is not { Argument: { NameEquals: null } argument, Symbol: { } dataset })
        {
            return;
        }

        string written = site.Model.GetConstantValue(argument.Expression, site.Cancellation).Value as string ?? "";
        string name = site.Diagnostic.Id == DiagnosticDescriptors.ColumnNameReserved.Id
            ? "Sample" + written
            : Identifiers.Of(written, otherwise: "Column");
        var taken = new HashSet<string>(ColumnParser.ReservedNames, System.StringComparer.Ordinal) { dataset.Name };
        taken.UnionWith(DslAttribute.Of(dataset, site.Cancellation)
            .Where(static attribute => attribute.Name == "Column")
            .Select(static attribute => attribute.PositionalString(0) ?? ""));
        string literal = SymbolDisplay.FormatLiteral(Identifiers.Free(name, taken), quote: true);
        site.Register($"Name it {literal}", new TextChange(argument.Expression.Span, literal));
    }
}
