using System.Collections.Immutable;
using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;
using TrainDsl.Generator.Diagnostics;

namespace TrainDsl.CodeFixes;

/// <summary>Leaves values on the device: removes a call that reads them, where what stays is of a type that fits.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(DeviceSyncCodeFixProvider))]
[Shared]
public sealed class DeviceSyncCodeFixProvider : TextEditCodeFixProvider
{
    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds =>
    [
        DiagnosticDescriptors.LossWaitsForDevice.Id,
    ];

    private protected override ImmutableArray<string> FixAllIds => FixableDiagnosticIds;

    private protected override void Offer(FixSite site)
    {
        ExpressionSyntax? reading = site.Node.FirstAncestorOrSelf<ExpressionSyntax>();
        (string Name, TextChange Change)? edit = reading switch
        {
            InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax { Name: { } name, Expression: { } tensor } } call
                => ($".{name}()", new TextChange(TextSpan.FromBounds(tensor.Span.End, call.Span.End), "")),
            CastExpressionSyntax cast => ($"({cast.Type})", new TextChange(TextSpan.FromBounds(cast.SpanStart, cast.Expression.SpanStart), "")),
            _ => null,
        };
        if (edit is { } offered && site.Fits(offered.Change))
        {
            site.RegisterAs("Keep values on the device", $"Remove {offered.Name}: the values stay on the device", offered.Change);
        }
    }
}
