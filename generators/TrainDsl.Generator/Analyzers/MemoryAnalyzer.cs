using System;
using System.Collections.Immutable;
using System.Globalization;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using TrainDsl.Batching;
using TrainDsl.Generator.Diagnostics;
using TrainDsl.Generator.Parsing;

namespace TrainDsl.Generator.Analyzers;

/// <summary>Compares the batch plan with the memory that the definition declares: what does not fit, and what accumulates for nothing.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class MemoryAnalyzer : DiagnosticAnalyzer
{
    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics =>
        [DiagnosticDescriptors.MemoryNotPositive, DiagnosticDescriptors.AccumulationNotNeeded, DiagnosticDescriptors.MicroBatchAboveMemory];

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
        if (attributes.Training is null)
        {
            return;
        }

        CheckNumber(attributes.Devices, DeclaredMemory.OfDeviceName);
        CheckNumber(attributes.MicroBatch, DeclaredMemory.OfSampleName);
        if (DeclaredRun.Of(definition, context.Compilation, context.CancellationToken) is not { Plan: var plan } run
            || DeclaredMemory.Of(attributes, plan) is not { } memory)
        {
            return;
        }

        if (plan.Accumulation > 1 && memory.FitsShare)
        {
            context.ReportDiagnostic(Diagnostic.Create(
                DiagnosticDescriptors.AccumulationNotNeeded,
                BatchParser.LocationOf(BatchTerm.Accumulation, attributes) ?? run.MicroBatchLocation(definition),
                plan.Accumulation, memory.Share, Words(memory.Share * memory.OfSample), Words(memory.OfDevice)));
        }
        else if (!memory.FitsMicroBatch && !BatchParser.IsAuto(attributes))
        {
            context.ReportDiagnostic(Diagnostic.Create(
                DiagnosticDescriptors.MicroBatchAboveMemory,
                run.MicroBatchLocation(definition),
                plan.MicroBatch, Words(plan.MicroBatch * memory.OfSample), Words(memory.OfDevice), Remedy(memory)));
        }

        void CheckNumber(DslAttribute? attribute, string name)
        {
            if (attribute?.Named<double>(name) is { } value && !DeclaredMemory.IsMemory(value))
            {
                context.ReportDiagnostic(Diagnostic.Create(
                    DiagnosticDescriptors.MemoryNotPositive, attribute.NamedLocation(name), name, value.ToString(CultureInfo.InvariantCulture)));
            }
        }
    }

    private static string Remedy(DeclaredMemory memory) => memory.Better is { } plan
        ? FormattableString.Invariant(
            $"Use micro-batch {plan.MicroBatch} and accumulation {plan.Accumulation}, which keep the global batch {plan.GlobalBatch}")
        : "Not one sample fits: use a smaller model or a device with more memory";

    private static string Words(double mebibytes) => mebibytes.ToString("#,0.##", CultureInfo.InvariantCulture);
}
