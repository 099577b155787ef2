using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using TrainDsl.Generator.Diagnostics;

namespace TrainDsl.Generator.Analyzers;

/// <summary>Warns of micro-batches of one sample where the model normalises over its batch.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class BatchNormAnalyzer : DiagnosticAnalyzer
{
    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics => [DiagnosticDescriptors.BatchNormOfOneSample];

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
        if (DeclaredRun.Of(definition, context.Compilation, context.CancellationToken) is not { } run
            || run.Attributes.Model?.TypeArgument is not INamedTypeSymbol model)
        {
            return;
        }

        // A replica normalises over its own micro-batch: neither accumulation nor further replicas make it larger.
        long microBatch = run.Plan.MicroBatch;
        bool each = microBatch == 1;
        bool last = !run.DropLast && run.Samples >= run.Plan.GlobalBatch && run.Samples % microBatch == 1;
        if (!each && !last)
        {
            return;
        }

        // At the end of an epoch, maps of one sample still give one pass some statistics; vectors give none.
        IEnumerable<string> norms = new BatchNormSearch(context.Compilation, context.CancellationToken).In(model);
        if (norms.FirstOrDefault(name => each || name == "BatchNorm1d") is { } norm)
        {
            string which = each ? "each micro-batch" : $"the last micro-batch of an epoch ({run.Samples} samples in micro-batches of {microBatch})";
            context.ReportDiagnostic(Diagnostic.Create(
                DiagnosticDescriptors.BatchNormOfOneSample, run.MicroBatchLocation(definition), model.Name, norm, which));
        }
    }
}
