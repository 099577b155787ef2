using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using TrainDsl.Generator.Diagnostics;
using TrainDsl.Generator.Parsing;

namespace TrainDsl.Generator.Analyzers;

/// <summary>Reports a run over a dataset whose length is written as 0 or less.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class EmptyDatasetAnalyzer : DiagnosticAnalyzer
{
    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics => [DiagnosticDescriptors.EmptyDataset];

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
        if (attributes.Training is not null && attributes.Dataset is { TypeArgument: INamedTypeSymbol dataset } attribute
            && DeclaredLength.Written(dataset, context.Compilation, context.CancellationToken) is { } length and < 1)
        {
            context.ReportDiagnostic(Diagnostic.Create(DiagnosticDescriptors.EmptyDataset, attribute.TypeArgumentLocation, dataset.Name, length));
        }
    }
}
