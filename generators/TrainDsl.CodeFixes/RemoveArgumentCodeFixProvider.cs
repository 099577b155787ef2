using System.Collections.Immutable;
using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;
using TrainDsl.Generator.Diagnostics;

namespace TrainDsl.CodeFixes;

/// <summary>Removes a setting out of its range, so that its default holds.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(RemoveArgumentCodeFixProvider))]
[Shared]
public sealed class RemoveArgumentCodeFixProvider : TextEditCodeFixProvider
{
    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds =>
    [
        DiagnosticDescriptors.LearningRate.Id,
        DiagnosticDescriptors.Beta.Id,
        DiagnosticDescriptors.Epsilon.Id,
        DiagnosticDescriptors.Momentum.Id,
        DiagnosticDescriptors.Dampening.Id,
        DiagnosticDescriptors.NesterovWithoutMomentum.Id,
        DiagnosticDescriptors.NesterovWithDampening.Id,
        DiagnosticDescriptors.WeightDecay.Id,
        DiagnosticDescriptors.DecayOnly.Id,
        DiagnosticDescriptors.WarmupNegative.Id,
        DiagnosticDescriptors.WarmupTooLong.Id,
        DiagnosticDescriptors.DecayBeforeWarmup.Id,
        DiagnosticDescriptors.FinalFactor.Id,
        DiagnosticDescriptors.StepDecayFactor.Id,
    ];

    private protected override void Offer(FixSite site)
    {
        if (site.Node.FirstAncestorOrSelf<AttributeArgumentSyntax>() is not { NameEquals: { } name, Parent: AttributeArgumentListSyntax list } argument)
        {
            return;
        }

        int index = list.Arguments.IndexOf(argument);
        TextSpan span = list.Arguments.Count == 1 ? list.Span
            : index > 0 ? TextSpan.FromBounds(list.Arguments[index - 1].Span.End, argument.Span.End)
            : TextSpan.FromBounds(argument.SpanStart, list.Arguments[1].SpanStart);
        site.Register($"Remove {name.Name.Identifier.ValueText}: its default holds", new TextChange(span, ""));
    }
}
