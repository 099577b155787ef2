using System.Collections.Immutable;
using System.Composition;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using TrainDsl.Generator.Diagnostics;

namespace TrainDsl.CodeFixes;

/// <summary>Removes a setting that is out of its range or has no effect, so that its default holds.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(RemoveArgumentCodeFixProvider))]
[Shared]
public sealed class RemoveArgumentCodeFixProvider : TextEditCodeFixProvider
{
    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds =>
    [
        DiagnosticDescriptors.DropLastDropsNothing.Id,
        DiagnosticDescriptors.LearningRate.Id,
        DiagnosticDescriptors.Beta.Id,
        DiagnosticDescriptors.Epsilon.Id,
        DiagnosticDescriptors.Momentum.Id,
        DiagnosticDescriptors.Dampening.Id,
        DiagnosticDescriptors.NesterovWithoutMomentum.Id,
        DiagnosticDescriptors.NesterovWithDampening.Id,
        DiagnosticDescriptors.WeightDecay.Id,
        DiagnosticDescriptors.DecayOnly.Id,
        DiagnosticDescriptors.OptimizerSettingWithoutEffect.Id,
        DiagnosticDescriptors.WarmupNegative.Id,
        DiagnosticDescriptors.WarmupTooLong.Id,
        DiagnosticDescriptors.DecayBeforeWarmup.Id,
        DiagnosticDescriptors.FinalFactor.Id,
        DiagnosticDescriptors.StepDecayFactor.Id,
        DiagnosticDescriptors.DecayAfterRun.Id,
        DiagnosticDescriptors.DecayToZeroBeforeEnd.Id,
        DiagnosticDescriptors.AutoWithoutGlobalBatch.Id,
        DiagnosticDescriptors.AutoSplitsCoupledSamples.Id,
        DiagnosticDescriptors.CheckpointEverySteps.Id,
        DiagnosticDescriptors.CheckpointEveryEpochs.Id,
        DiagnosticDescriptors.CheckpointKeep.Id,
        DiagnosticDescriptors.CheckpointKeepBest.Id,
        DiagnosticDescriptors.LowerIsBetterWithoutKeepBest.Id,
        DiagnosticDescriptors.CheckpointNeverDue.Id,
        DiagnosticDescriptors.HigherLossIsBest.Id,
    ];

    private protected override ImmutableArray<string> FixAllIds => FixableDiagnosticIds;

    private protected override void Offer(FixSite site)
    {
        // Without its number and without Auto, [MicroBatch] would say nothing.
        if ((site.Diagnostic.Id == DiagnosticDescriptors.AutoWithoutGlobalBatch.Id || site.Diagnostic.Id == DiagnosticDescriptors.AutoSplitsCoupledSamples.Id)
            && site.Argument?.Parent is AttributeArgumentListSyntax { Arguments.Count: 1 })
        {
            return;
        }

        Remove(site, site.Argument, "Remove setting");
        if (site.Diagnostic.Id == DiagnosticDescriptors.NesterovWithDampening.Id && site.Argument?.Parent is AttributeArgumentListSyntax list)
        {
            Remove(site, list.Arguments.FirstOrDefault(static argument => argument.NameEquals?.Name.Identifier.ValueText == "Nesterov"), "Remove Nesterov");
        }
    }

    private static void Remove(FixSite site, AttributeArgumentSyntax? argument, string equivalenceKey)
    {
        if (argument is { NameEquals: { } name, Parent: AttributeArgumentListSyntax list })
        {
            AttributeArgumentSyntax[] removed = [.. list.Arguments.Where(other => other == argument || DependsOn(other, argument, list))];
            site.RegisterAs(
                equivalenceKey,
                $"Remove {string.Join(" and ", removed.Select(static other => Name(other)))}: {(removed.Length == 1 ? "its default holds" : "their defaults hold")}",
                SourceLines.RemoveArguments(list, removed));
        }
    }

    // What says nothing without the setting that goes would be the next mistake.
    private static bool DependsOn(AttributeArgumentSyntax other, AttributeArgumentSyntax removed, AttributeArgumentListSyntax list)
        => (Name(removed), Name(other)) switch
        {
            ("KeepBest", "LowerIsBetter") => true,
            ("Momentum", "Nesterov" or "Dampening") => true,
            ("Nesterov", "Dampening") => list.Arguments.All(static argument => Name(argument) != "Momentum"),
            _ => false,
        };

    private static string? Name(AttributeArgumentSyntax argument) => argument.NameEquals?.Name.Identifier.ValueText;
}
