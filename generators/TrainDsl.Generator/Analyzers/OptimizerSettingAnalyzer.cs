using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using TrainDsl.Generator.Diagnostics;
using TrainDsl.Generator.Parsing;

namespace TrainDsl.Generator.Analyzers;

/// <summary>Warns of settings of an optimizer that qualify another which is 0: what they were written for does not happen.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class OptimizerSettingAnalyzer : DiagnosticAnalyzer
{
    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics => [DiagnosticDescriptors.OptimizerSettingWithoutEffect];

    /// <inheritdoc/>
    public override void Initialize(AnalysisContext context)
    {
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        context.EnableConcurrentExecution();
        context.RegisterSymbolAction(Analyze, SymbolKind.NamedType);
    }

    private static void Analyze(SymbolAnalysisContext context)
    {
        var attributes = new TrainingAttributes((INamedTypeSymbol)context.Symbol, context.CancellationToken);
        if (attributes.Training is null || attributes.Optimizers is not [{ } optimizer])
        {
            return;
        }

        // Only AdamW decays weights unless told otherwise.
        double? weightDecay = optimizer.Named<double>("WeightDecay");
        if (optimizer.Named<int>("DecayOnly") is not null && (weightDecay == 0.0 || (weightDecay is null && optimizer.Name != "AdamW")))
        {
            Report("DecayOnly", "WeightDecay");
        }

        // Nesterov momentum without momentum is an error of its own.
        if (optimizer.Named<double>("Dampening") is { } dampening and not 0.0 && (optimizer.Named<double>("Momentum") ?? 0.0) == 0.0
            && dampening is >= 0.0 and <= 1.0 && optimizer.Named<bool>("Nesterov") != true)
        {
            Report("Dampening", "Momentum");
        }

        void Report(string setting, string qualified)
            => context.ReportDiagnostic(Diagnostic.Create(
                DiagnosticDescriptors.OptimizerSettingWithoutEffect, optimizer.NamedLocation(setting), setting, qualified));
    }
}
