using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;
using TrainDsl.Generator.Diagnostics;
using TrainDsl.Generator.Parsing;

namespace TrainDsl.Generator.Analyzers;

/// <summary>Warns of a loss that copies a tensor's values to the host: it makes every micro-batch wait for the device.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class DeviceSyncAnalyzer : DiagnosticAnalyzer
{
    // Of torch.Tensor and its extension methods: each returns only when the device has computed the values.
    private static readonly HashSet<string> Reading = new(System.StringComparer.Ordinal)
    {
        "item", "cpu", "data", "ToSingle", "ToDouble", "ToHalf", "ToByte", "ToSByte", "ToInt16", "ToInt32", "ToInt64", "ToBoolean", "ToScalar",
    };

    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics => [DiagnosticDescriptors.LossWaitsForDevice];

    /// <inheritdoc/>
    public override void Initialize(AnalysisContext context)
    {
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        context.EnableConcurrentExecution();
        context.RegisterOperationAction(Analyze, OperationKind.Invocation);
    }

    private static void Analyze(OperationAnalysisContext context)
    {
        var invocation = (IInvocationOperation)context.Operation;
        IMethodSymbol method = invocation.TargetMethod;
        ITypeSymbol? receiver = method.IsExtensionMethod
            ? (method.ReducedFrom ?? method).Parameters.FirstOrDefault()?.Type
            : method.ContainingType;
        if (Reading.Contains(method.Name) && receiver is not null && SymbolNames.IsTensor(receiver)
            && DslAttribute.Of(context.ContainingSymbol, context.CancellationToken).Any(static attribute => attribute.Name == "Loss"))
        {
            context.ReportDiagnostic(Diagnostic.Create(
                DiagnosticDescriptors.LossWaitsForDevice, invocation.Syntax.GetLocation(), context.ContainingSymbol.Name, method.Name));
        }
    }
}
