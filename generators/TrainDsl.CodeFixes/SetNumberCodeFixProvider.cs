using System.Collections.Immutable;
using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;
using TrainDsl.Generator.Diagnostics;

namespace TrainDsl.CodeFixes;

/// <summary>Writes the nearest number that is in range.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(SetNumberCodeFixProvider))]
[Shared]
public sealed class SetNumberCodeFixProvider : TextEditCodeFixProvider
{
    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds =>
    [
        DiagnosticDescriptors.NesterovWithoutMomentum.Id,
        DiagnosticDescriptors.ClipNorm.Id,
        DiagnosticDescriptors.StepDecayEvery.Id,
        DiagnosticDescriptors.EpochsNotPositive.Id,
        DiagnosticDescriptors.MaxStepsNotPositive.Id,
    ];

    private protected override ImmutableArray<string> FixAllIds => FixableDiagnosticIds;

    private protected override void Offer(FixSite site)
    {
        if (site.Argument is not { } argument)
        {
            return;
        }

        if (site.Diagnostic.Id == DiagnosticDescriptors.NesterovWithoutMomentum.Id)
        {
            OfferMomentum(site, argument);
        }
        else
        {
            string number = site.Diagnostic.Id == DiagnosticDescriptors.ClipNorm.Id ? "1.0" : Numbers.Positive(site, argument.Expression);
            site.RegisterAs("Use number in range", $"Use {number}", new TextChange(argument.Expression.Span, number));
        }
    }

    private static void OfferMomentum(FixSite site, AttributeArgumentSyntax argument)
    {
        const string Momentum = "Momentum = 0.9";
        AttributeArgumentSyntax? written = null;
        foreach (AttributeArgumentSyntax other in ((AttributeArgumentListSyntax)argument.Parent!).Arguments)
        {
            written = other.NameEquals?.Name.Identifier.ValueText == "Momentum" ? other : written;
        }

        site.Register(
            $"Set {Momentum}",
            written is null ? new TextChange(new TextSpan(argument.SpanStart, 0), Momentum + ", ") : new TextChange(written.Span, Momentum));
    }
}
