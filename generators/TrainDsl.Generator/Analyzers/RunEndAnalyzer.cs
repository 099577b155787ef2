using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using TrainDsl.Generator.Diagnostics;
using TrainDsl.Generator.Parsing;

namespace TrainDsl.Generator.Analyzers;

/// <summary>Finds the one of two declared ends of a run that never comes first.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class RunEndAnalyzer : DiagnosticAnalyzer
{
    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics => [DiagnosticDescriptors.EndNeverReached];

    /// <inheritdoc/>
    public override void Initialize(AnalysisContext context)
    {
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        context.EnableConcurrentExecution();
        context.RegisterSymbolAction(Analyze, SymbolKind.NamedType);
    }

    private static void Analyze(SymbolAnalysisContext context)
    {
        if (DeclaredRun.Of((INamedTypeSymbol)context.Symbol, context.Compilation, context.CancellationToken)
            is not { StepsOfEpochs: { } stepsOfEpochs, MaxSteps: { } maxSteps } run)
        {
            return;
        }

        bool endsByEpochs = stepsOfEpochs <= maxSteps;
        DslAttribute epochs = run.Attributes.Epochs!;
        DslAttribute steps = run.Attributes.MaxSteps!;
        DslAttribute idle = endsByEpochs ? steps : epochs;
        (long idleEnd, long end) = endsByEpochs ? (maxSteps, run.Epochs!.Value) : (run.Epochs!.Value, maxSteps);
        context.ReportDiagnostic(Diagnostic.Create(
            DiagnosticDescriptors.EndNeverReached,
            idle.Location,
            idle.Name,
            idleEnd,
            endsByEpochs ? epochs.Name : steps.Name,
            end,
            endsByEpochs ? stepsOfEpochs : maxSteps));
    }
}
