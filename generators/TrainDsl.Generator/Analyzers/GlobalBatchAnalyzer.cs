using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using TrainDsl.Batching;
using TrainDsl.Generator.Diagnostics;
using TrainDsl.Generator.Parsing;

namespace TrainDsl.Generator.Analyzers;

/// <summary>Compares the global batch with a dataset whose length is written as a number.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class GlobalBatchAnalyzer : DiagnosticAnalyzer
{
    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics =>
        [DiagnosticDescriptors.GlobalBatchAboveDataset, DiagnosticDescriptors.DropLastDropsAll];

    /// <inheritdoc/>
    public override void Initialize(AnalysisContext context)
    {
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        context.EnableConcurrentExecution();
        context.RegisterSymbolAction(Analyze, SymbolKind.NamedType);
    }

    private static void Analyze(SymbolAnalysisContext context)
    {
        var definition = (INamedTypeSymbol)context.Symbol;
        var attributes = new TrainingAttributes(definition, context.CancellationToken);
        if (attributes.Training is null || attributes.Dataset is not { TypeArgument: INamedTypeSymbol dataset } declared
            || BatchArithmetic.Decide(BatchParser.Terms(attributes), out BatchPlan plan) is not null
            || plan.MicroBatch > BatchParser.LargestMicroBatch
            || DatasetLength.Of(dataset, context.CancellationToken) is not { } count || count < 1 || plan.GlobalBatch <= count)
        {
            return;
        }

        bool drops = declared.Named<bool>("DropLast") == true;
        Location? location = drops ? declared.NamedLocation("DropLast")
            : BatchParser.LocationOf(BatchTerm.GlobalBatch, attributes) ?? BatchParser.LocationOf(BatchTerm.MicroBatch, attributes);
        context.ReportDiagnostic(Diagnostic.Create(
            drops ? DiagnosticDescriptors.DropLastDropsAll : DiagnosticDescriptors.GlobalBatchAboveDataset,
            location ?? definition.Locations[0],
            plan.GlobalBatch,
            dataset.Name,
            count));
    }
}
