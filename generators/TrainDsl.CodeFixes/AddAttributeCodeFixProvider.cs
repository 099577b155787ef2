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
    /// <inheritdoc/>
    public override FixAllProvider? GetFixAllProvider() => null;

    private protected override void Offer(FixSite site)
    {
        foreach (string attribute in Missing(site))
        {
            site.Register("Add " + attribute, SourceLines.AddAttribute(site.Text, site.Type, attribute));
        }
    }

    private static IEnumerable<string> Missing(FixSite site)
    {
        string id = site.Diagnostic.Id;
        return id == DiagnosticDescriptors.NoOptimizer.Id ? ["[AdamW]", "[Adam]", "[Sgd(Momentum = 0.9)]"]
            : id == DiagnosticDescriptors.NoEnd.Id ? ["[Epochs(10)]", "[MaxSteps(1000)]"]
            : id == DiagnosticDescriptors.NoTraining.Id ? ["[Training]"]
            : id == DiagnosticDescriptors.NoModel.Id
                ? Named(site, "Model", static type => SymbolNames.IsModule(type) && !type.IsAbstract && type.InstanceConstructors
                    .Any(static constructor => constructor.Parameters.All(static parameter => parameter.IsOptional)))
            : Named(site, "Dataset", type => DslAttribute.Of(type, site.Context.CancellationToken).Any(static attribute => attribute.Name == "Column"));
    }

    // Those of the project itself, by name.
    private static IEnumerable<string> Named(FixSite site, string attribute, System.Func<INamedTypeSymbol, bool> fits)
        => Types(site.Model.Compilation.Assembly.GlobalNamespace)
            .Where(type => !type.IsGenericType && fits(type) && site.Model.IsAccessible(site.Type.SpanStart, type))
            .Select(type => $"[{attribute}<{type.ToMinimalDisplayString(site.Model, site.Type.SpanStart)}>]")
            .OrderBy(static text => text, System.StringComparer.Ordinal)
            .Take(MostCandidates);

    private static IEnumerable<INamedTypeSymbol> Types(INamespaceOrTypeSymbol container)
        => container.GetMembers().OfType<INamespaceOrTypeSymbol>()
            .SelectMany(static member => member is INamedTypeSymbol type ? Types(type).Prepend(type) : Types(member));
}
