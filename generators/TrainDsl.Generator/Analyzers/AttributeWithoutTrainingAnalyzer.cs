using System.Collections.Immutable;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using TrainDsl.Generator.Diagnostics;
using TrainDsl.Generator.Parsing;

namespace TrainDsl.Generator.Analyzers;

/// <summary>Warns about attributes of a training definition on a class without <c>[Training]</c>, where they do nothing.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class AttributeWithoutTrainingAnalyzer : DiagnosticAnalyzer
{
    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics => [DiagnosticDescriptors.NoTraining];

    /// <inheritdoc/>
    public override void Initialize(AnalysisContext context)
    {
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        context.EnableConcurrentExecution();
        context.RegisterSymbolAction(Analyze, SymbolKind.NamedType, SymbolKind.Method);
    }

    private static void Analyze(SymbolAnalysisContext context)
    {
        // Columns belong to datasets, and stand without [Training].
        DslAttribute[] attributes = [.. DslAttribute.Of(context.Symbol, context.CancellationToken)
            .Where(static attribute => attribute.Name != "Column")];
        INamedTypeSymbol? type = context.Symbol as INamedTypeSymbol ?? context.Symbol.ContainingType;
        if (attributes.Length == 0 || type is null
            || DslAttribute.Of(type, context.CancellationToken).Any(static attribute => attribute.Name == "Training"))
        {
            return;
        }

        foreach (DslAttribute attribute in attributes)
        {
            context.ReportDiagnostic(Diagnostic.Create(DiagnosticDescriptors.NoTraining, attribute.Location, attribute.Name, type.Name));
        }
    }
}
