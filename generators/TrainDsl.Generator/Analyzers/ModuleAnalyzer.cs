using System.Collections.Immutable;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using TrainDsl.Generator.Analyzers.Reading;
using TrainDsl.Generator.Analyzers.Rules;
using TrainDsl.Generator.Diagnostics;
using TrainDsl.Generator.Parsing;

namespace TrainDsl.Generator.Analyzers;

/// <summary>Finds fields of modules whose layers and weights nothing trains, because they are not registered.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class ModuleAnalyzer : DiagnosticAnalyzer
{
    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics =>
    [
        DiagnosticDescriptors.HiddenLayers,
        DiagnosticDescriptors.LateLayers,
        DiagnosticDescriptors.BufferForParameter,
        DiagnosticDescriptors.NothingRegistered,
        DiagnosticDescriptors.StaticState,
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
        var type = (INamedTypeSymbol)context.Symbol;
        if (type.TypeKind != TypeKind.Class)
        {
            return;
        }

        if (!SymbolNames.IsModule(type))
        {
            AnalyzeDefinition(context, type);
            return;
        }

        var source = new ModuleSource(type, context.Compilation, context.CancellationToken);
        foreach ((SyntaxToken field, string name, string holder) in HiddenLayers.Find(source))
        {
            context.ReportDiagnostic(Diagnostic.Create(DiagnosticDescriptors.HiddenLayers, field.GetLocation(), name, type.Name, holder));
        }

        foreach ((SyntaxToken field, string name, string reason) in LateLayers.Find(source, context.Compilation, context.CancellationToken))
        {
            context.ReportDiagnostic(Diagnostic.Create(DiagnosticDescriptors.LateLayers, field.GetLocation(), name, type.Name, reason));
        }

        foreach ((SyntaxToken field, string name) in BufferFields.Find(source))
        {
            context.ReportDiagnostic(Diagnostic.Create(DiagnosticDescriptors.BufferForParameter, field.GetLocation(), name, type.Name));
        }
    }

    private static void AnalyzeDefinition(SymbolAnalysisContext context, INamedTypeSymbol definition)
    {
        var attributes = new TrainingAttributes(definition, context.CancellationToken);
        if (attributes.Training is null || attributes.Model?.TypeArgument is not INamedTypeSymbol model || !SymbolNames.IsModule(model))
        {
            return;
        }

        var methods = new ScoreMethods(definition, context.CancellationToken);
        if (attributes.Devices?.Positional<int>(0) is > 1)
        {
            foreach (IMethodSymbol factory in methods.ModelFactories)
            {
                if (Body.Of(factory, context.Compilation, context.CancellationToken) is { Returned: [{ } returned] } body
                    && body.Resolve(returned) is Microsoft.CodeAnalysis.Operations.IFieldReferenceOperation { Field: { IsStatic: true, Name: { } field } })
                {
                    context.ReportDiagnostic(Diagnostic.Create(
                        DiagnosticDescriptors.StaticState, returned.Syntax.GetLocation(), factory.Name, "returns", field));
                }
            }
        }

        if (methods.ModelFactories.Count > 0 || !SymbolEqualityComparer.Default.Equals(model, model.OriginalDefinition))
        {
            return;
        }

        if (Unregistered.Find(model, context.Compilation, context.CancellationToken) is { } at)
        {
            context.ReportDiagnostic(Diagnostic.Create(DiagnosticDescriptors.NothingRegistered, at, model.Name));
        }
    }
}
