using System.Collections.Immutable;
using System.Composition;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using TrainDsl.Generator.Diagnostics;
using TrainDsl.Generator.Parsing;

namespace TrainDsl.CodeFixes;

/// <summary>Removes an attribute that is one too many, or that bounds nothing.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(RemoveAttributeCodeFixProvider))]
[Shared]
public sealed class RemoveAttributeCodeFixProvider : TextEditCodeFixProvider
{
    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds =>
    [
        DiagnosticDescriptors.SecondOptimizer.Id,
        DiagnosticDescriptors.SecondSchedule.Id,
        DiagnosticDescriptors.NoTraining.Id,
        DiagnosticDescriptors.ColumnTwice.Id,
        DiagnosticDescriptors.ClipNorm.Id,
        DiagnosticDescriptors.SecondLoss.Id,
        DiagnosticDescriptors.SecondModelFactory.Id,
        DiagnosticDescriptors.StepDecayEvery.Id,
        DiagnosticDescriptors.EpochsNotPositive.Id,
        DiagnosticDescriptors.MaxStepsNotPositive.Id,
        DiagnosticDescriptors.EndNeverReached.Id,
        DiagnosticDescriptors.MicroBatchSaysNothing.Id,
    ];

    private protected override ImmutableArray<string> FixAllIds => FixableDiagnosticIds;

    private protected override void Offer(FixSite site)
    {
        AttributeSyntax? attribute = site.Node.FirstAncestorOrSelf<AttributeSyntax>() ?? Mark(site);
        if (attribute is not null && CanGo(site))
        {
            site.RegisterAs("Remove attribute", $"Remove [{attribute}]", SourceLines.RemoveAttribute(site.Text, attribute));
        }
    }

    // An end of the run can go if the other kind of end is written; a micro-batch if there is a global batch to infer it from.
    private static bool CanGo(FixSite site)
    {
        if (site.Diagnostic.Id == DiagnosticDescriptors.MicroBatchSaysNothing.Id)
        {
            return site.Symbol is { } symbol && new TrainingAttributes(symbol, site.Cancellation).GlobalBatch is not null;
        }

        bool isEpochs = site.Diagnostic.Id == DiagnosticDescriptors.EpochsNotPositive.Id;
        if (!isEpochs && site.Diagnostic.Id != DiagnosticDescriptors.MaxStepsNotPositive.Id)
        {
            return true;
        }

        TrainingAttributes? attributes = site.Symbol is { } definition ? new TrainingAttributes(definition, site.Cancellation) : null;
        return (isEpochs ? attributes?.MaxSteps?.Positional<long>(0) : attributes?.Epochs?.Positional<int>(0)) >= 1;
    }

    // A second loss or factory is reported at the method: its mark goes, the method stays.
    private static AttributeSyntax? Mark(FixSite site)
    {
        string name = site.Diagnostic.Id == DiagnosticDescriptors.SecondLoss.Id ? "Loss" : "ModelFactory";
        return site.Node.FirstAncestorOrSelf<MethodDeclarationSyntax>()?.AttributeLists
            .SelectMany(static list => list.Attributes)
            .FirstOrDefault(attribute => attribute.Name.ToString().Split('.').Last() is string written
                && (written == name || written == name + "Attribute"));
    }
}
