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
        [DiagnosticDescriptors.GlobalBatchAboveDataset, DiagnosticDescriptors.DropLastDropsAll, DiagnosticDescriptors.DropLastDropsNothing];

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
        if (DeclaredRun.Of(definition, context.Compilation, context.CancellationToken) is not { Samples: { } samples, Dataset: { } dataset } run)
        {
            return;
        }

        long globalBatch = run.Plan.GlobalBatch;
        if (run.DropLast && samples % globalBatch == 0)
        {
            Report(DiagnosticDescriptors.DropLastDropsNothing, run.Attributes.Dataset!.NamedLocation("DropLast"));
        }
        else if (globalBatch > samples)
        {
            Report(
                run.DropLast ? DiagnosticDescriptors.DropLastDropsAll : DiagnosticDescriptors.GlobalBatchAboveDataset,
                run.DropLast ? run.Attributes.Dataset!.NamedLocation("DropLast")
                    : BatchParser.LocationOf(BatchTerm.GlobalBatch, run.Attributes) ?? BatchParser.LocationOf(BatchTerm.MicroBatch, run.Attributes));
        }

        void Report(DiagnosticDescriptor descriptor, Location? location)
            => context.ReportDiagnostic(Diagnostic.Create(descriptor, location ?? definition.Locations[0], globalBatch, dataset.Name, samples));
    }
}
