using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;
using TrainDsl.Generator.Analyzers.Reading;
using TrainDsl.Generator.Analyzers.Rules;
using TrainDsl.Generator.Diagnostics;
using TrainDsl.Generator.Parsing;

namespace TrainDsl.Generator.Analyzers;

/// <summary>Reads the <c>forward</c> of each module: functions that are not told the mode, results that are disposed.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class ForwardAnalyzer : DiagnosticAnalyzer
{
    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics =>
    [
        DiagnosticDescriptors.DropoutWithoutTraining,
        DiagnosticDescriptors.DisposedResult,
    ];

    /// <inheritdoc/>
    public override void Initialize(AnalysisContext context)
    {
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        context.EnableConcurrentExecution();
        context.RegisterOperationBlockAction(Analyze);
    }

    private static void Analyze(OperationBlockAnalysisContext context)
    {
        if (context.OwningSymbol is not IMethodSymbol { IsStatic: false, MethodKind: MethodKind.Ordinary, ContainingType: { } module } method
            || !SymbolNames.IsModule(module))
        {
            return;
        }

        var body = new Body(context.OperationBlocks);
        foreach (IInvocationOperation call in body.Calls)
        {
            if (FunctionalDropout.IsUntold(call))
            {
                context.ReportDiagnostic(Diagnostic.Create(
                    DiagnosticDescriptors.DropoutWithoutTraining, call.Syntax.GetLocation(), call.TargetMethod.Name, FunctionalDropout.Effect(call)));
            }
        }

        if (method is { Name: "forward", IsOverride: true })
        {
            foreach ((IOperation at, string why) in Disposed.Find(body))
            {
                context.ReportDiagnostic(Diagnostic.Create(DiagnosticDescriptors.DisposedResult, at.Syntax.GetLocation(), method.Name, why));
            }
        }
    }
}
