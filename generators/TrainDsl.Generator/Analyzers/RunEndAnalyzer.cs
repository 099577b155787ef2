using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using TrainDsl.Generator.Diagnostics;
using TrainDsl.Generator.Parsing;

namespace TrainDsl.Generator.Analyzers;

/// <summary>Finds what the declared length of a run never lets happen: the one of two ends that never comes first, a checkpoint that is never due.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class RunEndAnalyzer : DiagnosticAnalyzer
{
    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics => [DiagnosticDescriptors.EndNeverReached, DiagnosticDescriptors.CheckpointNeverDue];

    /// <inheritdoc/>
    public override void Initialize(AnalysisContext context)
    {
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        context.EnableConcurrentExecution();
        context.RegisterSymbolAction(Analyze, SymbolKind.NamedType);
    }

    private static void Analyze(SymbolAnalysisContext context)
    {
        DeclaredRun? declared = DeclaredRun.Of((INamedTypeSymbol)context.Symbol, context.Compilation, context.CancellationToken);
        if (declared?.Attributes.Checkpoint is { } checkpoint)
        {
            ReportNeverDue(context, checkpoint.NamedLocation("EverySteps"), checkpoint.Named<long>("EverySteps"), declared.MostSteps, "steps");
            ReportNeverDue(context, checkpoint.NamedLocation("EveryEpochs"), checkpoint.Named<int>("EveryEpochs"), declared.Epochs, "epochs");
        }

        if (declared is not { StepsOfEpochs: { } stepsOfEpochs, MaxSteps: { } maxSteps } run)
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

    private static void ReportNeverDue(SymbolAnalysisContext context, Location? location, long? every, long? length, string unit)
    {
        if (every > length)
        {
            context.ReportDiagnostic(Diagnostic.Create(DiagnosticDescriptors.CheckpointNeverDue, location, every, unit, length));
        }
    }
}
