using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using TrainDsl.Generator.Diagnostics;
using TrainDsl.Generator.Parsing;

namespace TrainDsl.Generator.Analyzers;

/// <summary>Compares a schedule with the length of the run, and finds decay that lowers nothing.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class ScheduleAnalyzer : DiagnosticAnalyzer
{
    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics =>
    [
        DiagnosticDescriptors.WarmupTooLong,
        DiagnosticDescriptors.DecayAfterRun,
        DiagnosticDescriptors.DecayToZeroBeforeEnd,
        DiagnosticDescriptors.DecayWithoutEffect,
    ];

    /// <inheritdoc/>
    public override void Initialize(AnalysisContext context)
    {
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        context.EnableConcurrentExecution();
        context.RegisterSymbolAction(Analyze, SymbolKind.NamedType);
    }

    private static void Analyze(SymbolAnalysisContext context)
    {
        if (DeclaredRun.Of((INamedTypeSymbol)context.Symbol, context.Compilation, context.CancellationToken) is not { } run
            || run.Attributes.Schedules is not [{ } schedule]
            || (schedule.Named<long>("WarmupSteps") ?? 0) is var warmup && warmup < 0)
        {
            return;
        }

        if (warmup > 0 && warmup >= run.MostSteps)
        {
            // Against [MaxSteps] the generator has reported it.
            if (!(warmup >= run.MaxSteps))
            {
                Report(context, DiagnosticDescriptors.WarmupTooLong, schedule.NamedLocation("WarmupSteps"), warmup, run.MostSteps!);
            }
        }
        else if (schedule.Name == "StepDecay")
        {
            CheckFalls(context, run, schedule, warmup);
        }
        else if (schedule.Name != "Constant")
        {
            CheckDecay(context, run, schedule, warmup);
        }
    }

    private static void CheckDecay(SymbolAnalysisContext context, DeclaredRun run, DslAttribute schedule, long warmup)
    {
        double finalFactor = schedule.Named<double>("FinalFactor") ?? 0.0;
        if (finalFactor == 1.0)
        {
            Report(
                context, DiagnosticDescriptors.DecayWithoutEffect, schedule.NamedLocation("FinalFactor"), schedule.Name, "its final factor is 1");
        }
        else if (schedule.Named<long>("DecaySteps") is not { } end || end <= warmup)
        {
            // It decays until the end of the run, or the generator has reported it.
        }
        else if (end > run.MostSteps)
        {
            Report(context, DiagnosticDescriptors.DecayAfterRun, schedule.NamedLocation("DecaySteps"), end, run.MostSteps.Value);
        }
        else if (end < run.Steps && finalFactor == 0.0)
        {
            Report(
                context, DiagnosticDescriptors.DecayToZeroBeforeEnd, schedule.NamedLocation("DecaySteps"), end, run.Steps.Value - end, run.Steps.Value);
        }
    }

    private static void CheckFalls(SymbolAnalysisContext context, DeclaredRun run, DslAttribute schedule, long warmup)
    {
        if (schedule.Named<double>("Factor") == 1.0)
        {
            Report(context, DiagnosticDescriptors.DecayWithoutEffect, schedule.NamedLocation("Factor"), schedule.Name, "its factor is 1");
        }
        else if (schedule.Positional<long>(0) is { } every and > 0 && every >= run.MostSteps - warmup)
        {
            Report(
                context,
                DiagnosticDescriptors.DecayWithoutEffect,
                schedule.PositionalLocation(0, "everySteps"),
                schedule.Name,
                $"its first fall is after {(decimal)warmup + every} steps, and the run has no more than {run.MostSteps}");
        }
    }

    private static void Report(SymbolAnalysisContext context, DiagnosticDescriptor descriptor, Location? location, params object[] arguments)
        => context.ReportDiagnostic(Diagnostic.Create(descriptor, location ?? context.Symbol.Locations[0], arguments));
}
