using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using TrainDsl.Generator.Diagnostics;
using TrainDsl.Generator.Parsing;

namespace TrainDsl.Generator.Analyzers;

/// <summary>Reports attributes of a training definition on a class without <c>[Training]</c>, where they do nothing, and on what is neither a class nor like one.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class AttributeWithoutTrainingAnalyzer : DiagnosticAnalyzer
{
    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics => [DiagnosticDescriptors.NoTraining, DiagnosticDescriptors.NotAClass];

    /// <inheritdoc/>
    public override void Initialize(AnalysisContext context)
    {
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        context.EnableConcurrentExecution();
        context.RegisterSymbolAction(Analyze, SymbolKind.NamedType);
    }

    // One mistake, one warning: at the attribute if there is one, else at the class.
    private static void Analyze(SymbolAnalysisContext context)
    {
        var type = (INamedTypeSymbol)context.Symbol;
        IReadOnlyList<DslAttribute> own = DslAttribute.Of(type, context.CancellationToken);
        if (type.TypeKind is TypeKind.Enum or TypeKind.Delegate && own.Count > 0)
        {
            bool isDataset = own.All(static attribute => attribute.Name == "Column");
            context.ReportDiagnostic(Diagnostic.Create(
                DiagnosticDescriptors.NotAClass,
                type.Locations[0],
                type.Name,
                own.Any(static attribute => attribute.Name == "Training") ? "Training" : own[0].Name,
                type.TypeKind == TypeKind.Enum ? "an enum" : "a delegate",
                isDataset ? "dataset" : "training definition"));
            return;
        }

        if (own.Any(static attribute => attribute.Name == "Training"))
        {
            return;
        }

        // Columns belong to datasets, and stand without [Training].
        DslAttribute[] attributes = [.. own.Concat(type.GetMembers().OfType<IMethodSymbol>()
                .Where(method => !InheritedMarks.IsReported(method, context.Compilation, context.CancellationToken))
                .SelectMany(method => DslAttribute.Of(method, context.CancellationToken)))
            .Where(static attribute => attribute.Name != "Column")];
        if (attributes.Length == 0)
        {
            return;
        }

        context.ReportDiagnostic(Diagnostic.Create(
            DiagnosticDescriptors.NoTraining,
            attributes.Length == 1 ? attributes[0].Location : type.Locations[0],
            type.Name,
            string.Join(", ", attributes.Select(static attribute => $"[{attribute.Name}]").Distinct()),
            attributes.Length == 1 ? "it" : "them"));
    }
}
