using System.Collections.Generic;
using System.Collections.Immutable;
using System.Composition;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;
using TrainDsl.Generator.Diagnostics;
using TrainDsl.Generator.Parsing;

namespace TrainDsl.CodeFixes;

/// <summary>Names a metric after its method: <c>TopFive</c> is reported as <c>top_five</c>.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(MetricNameCodeFixProvider))]
[Shared]
public sealed class MetricNameCodeFixProvider : TextEditCodeFixProvider
{
    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds =>
    [
        DiagnosticDescriptors.MetricNameEmpty.Id,
        DiagnosticDescriptors.MetricNameTwice.Id,
    ];

    private protected override void Offer(FixSite site)
    {
        if (site is { Argument: { NameEquals: null } argument, Symbol: { } definition }
            && site.Node.FirstAncestorOrSelf<MethodDeclarationSyntax>()?.Identifier.ValueText is { Length: > 0 } method)
        {
            // The loss is reported beside the metrics.
            var taken = new HashSet<string>(System.StringComparer.Ordinal) { "loss" };
            taken.UnionWith(new ScoreMethods(definition, site.Cancellation).Metrics.Select(static metric => metric.Attribute.PositionalString(0) ?? ""));
            string name = SymbolDisplay.FormatLiteral(Identifiers.Free(Identifiers.SnakeCase(method), taken), quote: true);
            site.Register($"Name it {name}", new TextChange(argument.Expression.Span, name));
        }
    }
}
