using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;
using TrainDsl.Generator.Analyzers.Reading;
using TrainDsl.Generator.Analyzers.Rules;
using TrainDsl.Generator.Diagnostics;

namespace TrainDsl.Generator.Analyzers;

/// <summary>Reads each loss and metric once, with the columns and the model behind it, and runs every rule over what it read.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class ScoreAnalyzer : DiagnosticAnalyzer
{
    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics =>
    [
        DiagnosticDescriptors.TargetElementType,
        DiagnosticDescriptors.LayerElementType,
        DiagnosticDescriptors.SumAsMean,
        DiagnosticDescriptors.NoReduction,
        DiagnosticDescriptors.MeanOfIntegers,
        DiagnosticDescriptors.ActivationTwice,
        DiagnosticDescriptors.NoLogSoftmax,
        DiagnosticDescriptors.UnusedParameter,
        DiagnosticDescriptors.NoGradient,
        DiagnosticDescriptors.DisposedResult,
        DiagnosticDescriptors.ChangesModel,
        DiagnosticDescriptors.InPlace,
        DiagnosticDescriptors.Broadcast,
        DiagnosticDescriptors.StaticState,
        DiagnosticDescriptors.DropoutWithoutTraining,
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
        if (context.OwningSymbol is not IMethodSymbol method
            || Score.Of(method, context.OperationBlocks, context.Compilation, context.ReportDiagnostic, context.CancellationToken) is not { } score)
        {
            return;
        }

        TargetElementType.Check(score);
        LayerElementType.Check(score);
        MeanOfIntegers.Check(score);
        NotAMean.Check(score);
        ActivationBeforeLoss.Check(score);
        Unused.Check(score);
        NoGradient.Check(score);
        ModelMode.Check(score);
        InPlace.Check(score);
        Broadcast.Check(score);
        StaticState.Check(score);
        foreach ((IOperation at, string why) in Disposed.Find(score.Body))
        {
            score.Report(DiagnosticDescriptors.DisposedResult, at, method.Name, why);
        }

        foreach (IInvocationOperation call in score.Body.Calls)
        {
            if (FunctionalDropout.IsUntold(call))
            {
                score.Report(DiagnosticDescriptors.DropoutWithoutTraining, call, call.TargetMethod.Name, FunctionalDropout.Effect(call));
            }
        }
    }
}
