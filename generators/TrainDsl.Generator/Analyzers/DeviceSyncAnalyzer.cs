using System.Collections.Immutable;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;
using TrainDsl.Generator.Analyzers.Reading;
using TrainDsl.Generator.Analyzers.Rules;
using TrainDsl.Generator.Diagnostics;
using TrainDsl.Generator.Parsing;

namespace TrainDsl.Generator.Analyzers;

/// <summary>Warns of a loss, metric or forward pass that copies a tensor's values to the host: it makes every micro-batch wait for the device.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class DeviceSyncAnalyzer : DiagnosticAnalyzer
{
    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics => [DiagnosticDescriptors.LossWaitsForDevice];

    /// <inheritdoc/>
    public override void Initialize(AnalysisContext context)
    {
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        context.EnableConcurrentExecution();
        context.RegisterOperationBlockAction(Analyze);
    }

    private static void Analyze(OperationBlockAnalysisContext context)
    {
        // A loss or metric that returns a number is reported as such, and the call that makes the number with it.
        if (context.OwningSymbol is not IMethodSymbol { ReturnType: { } returned } method || !RunsEachMicroBatch(method, context)
            || returned.SpecialType is not SpecialType.None)
        {
            return;
        }

        foreach (IOperation operation in context.OperationBlocks.SelectMany(static block => block.DescendantsAndSelf()))
        {
            string? read = DeviceReads.Of(operation) ?? (operation is IInvocationOperation call
                ? DeviceReads.OfHelper(call, context.Compilation, context.CancellationToken)
                : null);
            if (read is not null && !IsPartOfAnother(operation))
            {
                context.ReportDiagnostic(Diagnostic.Create(
                    DiagnosticDescriptors.LossWaitsForDevice, operation.Syntax.GetLocation(), method.Name, read));
            }
        }
    }

    private static bool RunsEachMicroBatch(IMethodSymbol method, OperationBlockAnalysisContext context)
        => DslAttribute.Of(method, context.CancellationToken).Any(static attribute => attribute.Name is "Loss" or "Metric")
            || (method is { Name: "forward", IsOverride: true, ContainingType: { } module } && SymbolNames.IsModule(module));

    // 'x.cpu().item<float>()' waits once, and is one mistake: the first that waits is reported.
    private static bool IsPartOfAnother(IOperation operation)
        => operation.Descendants().Any(static inner => DeviceReads.Of(inner) is not null);
}
