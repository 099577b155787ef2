using System.Collections.Generic;
using System.Collections.Immutable;
using System.Composition;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using TrainDsl.Generator.Diagnostics;
using TrainDsl.Generator.Parsing;

namespace TrainDsl.CodeFixes;

/// <summary>Adds the attribute that a definition lacks.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(AddAttributeCodeFixProvider))]
[Shared]
public sealed class AddAttributeCodeFixProvider : TextEditCodeFixProvider
{
    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds =>
    [
        DiagnosticDescriptors.NoOptimizer.Id,
        DiagnosticDescriptors.NoEnd.Id,
        DiagnosticDescriptors.NoTraining.Id,
        DiagnosticDescriptors.NoModel.Id,
        DiagnosticDescriptors.NoDataset.Id,
    ];

    private const int MostCandidates = 3;

    // Which model and which dataset is not for all definitions of a solution alike.
    private protected override ImmutableArray<string> FixAllIds =>
    [
        DiagnosticDescriptors.NoOptimizer.Id,
        DiagnosticDescriptors.NoEnd.Id,
        DiagnosticDescriptors.NoTraining.Id,
    ];

    private protected override void Offer(FixSite site)
    {
        foreach (string attribute in Missing(site))
        {
            site.Register("Add " + attribute, SourceLines.AddAttribute(
                site.Text, site.Type, DslNames.Attribute(site.Model, site.Type, attribute)));
        }
    }

    private static IEnumerable<string> Missing(FixSite site)
    {
        string id = site.Diagnostic.Id;
        return id == DiagnosticDescriptors.NoOptimizer.Id ? ["[AdamW]", "[Adam]", "[Sgd(Momentum = 0.9)]"]
            : id == DiagnosticDescriptors.NoEnd.Id ? ["[Epochs(10)]", "[MaxSteps(1000)]"]
            : id == DiagnosticDescriptors.NoTraining.Id ? ["[Training]"]
            : id == DiagnosticDescriptors.NoModel.Id ? Named(site, "Model", ProjectTypes.IsUsableModel)
            : Named(site, "Dataset", type => DslAttribute.Of(type, site.Cancellation).Any(static attribute => attribute.Name == "Column"));
    }

    private static IEnumerable<string> Named(FixSite site, string attribute, System.Func<INamedTypeSymbol, bool> fits)
        => ProjectTypes.Named(site, fits).Take(MostCandidates).Select(name => $"[{attribute}<{name}>]");
}
