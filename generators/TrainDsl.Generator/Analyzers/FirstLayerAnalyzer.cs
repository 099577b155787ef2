using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;
using TrainDsl.Generator.Diagnostics;
using TrainDsl.Generator.Parsing;

namespace TrainDsl.Generator.Analyzers;

/// <summary>
/// Compares the shape of a column that a loss gives to the model with the first layer that it comes to, where both are known for certain.
/// </summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class FirstLayerAnalyzer : DiagnosticAnalyzer
{
    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics => [DiagnosticDescriptors.FirstLayerMismatch];

    /// <inheritdoc/>
    public override void Initialize(AnalysisContext context)
    {
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        context.EnableConcurrentExecution();
        context.RegisterOperationBlockAction(Analyze);
    }

    private static void Analyze(OperationBlockAnalysisContext context)
    {
        if (context.OwningSymbol is not IMethodSymbol { IsStatic: true, Parameters: [{ } model, { } batch] } loss
            || !DslAttribute.Of(loss, context.CancellationToken).Any(static attribute => attribute.Name == "Loss"))
        {
            return;
        }

        var attributes = new TrainingAttributes(loss.ContainingType, context.CancellationToken);
        var methods = new ScoreMethods(loss.ContainingType, context.CancellationToken);
        if (attributes.Training is null || attributes.Model?.TypeArgument is not INamedTypeSymbol type
            || attributes.Dataset?.TypeArgument is not INamedTypeSymbol dataset
            || (!type.IsSealed && methods.ModelFactories.Count > 0)
            || context.OperationBlocks.SelectMany(static block => block.Descendants()).Any(MayNotRun))
        {
            return;
        }

        Dictionary<string, ColumnShape> columns = Columns(dataset, context);
        foreach (IInvocationOperation call in context.OperationBlocks.SelectMany(static block => block.Descendants()).OfType<IInvocationOperation>())
        {
            if (call is { TargetMethod.Name: "call" or "forward", Instance: { } receiver, Arguments: [{ } argument] } && IsParameter(receiver, model)
                && Shape(argument.Value) is { } shape
                && ForwardReader.FirstLayer(type, shape, context.Compilation, context.CancellationToken) is { } mismatch)
            {
                context.ReportDiagnostic(Diagnostic.Create(
                    DiagnosticDescriptors.FirstLayerMismatch,
                    mismatch.Location,
                    [argument.Syntax.GetLocation()],
                    mismatch.Layer,
                    type.Name,
                    mismatch.Expected,
                    mismatch.Unit,
                    mismatch.Shape.Column,
                    mismatch.Shape,
                    mismatch.Actual));
                return;
            }
        }

        ColumnShape? Shape(IOperation expression) => LayerShapes.Unwrap(expression) switch
        {
            IMemberReferenceOperation { Instance: { } instance } member when IsParameter(instance, batch)
                => columns.TryGetValue(member.Member.Name, out ColumnShape? shape) ? shape : null,
            IInvocationOperation invocation => TensorShapes.Of(invocation, Shape),
            IBinaryOperation binary => TensorShapes.Of(binary, Shape),
            _ => null,
        };
    }

    private static bool IsParameter(IOperation operation, IParameterSymbol parameter)
        => LayerShapes.Unwrap(operation) is IParameterReferenceOperation reference
            && SymbolEqualityComparer.Default.Equals(reference.Parameter, parameter);

    // A loss with branches may not come to the call; one that changes tensors in place may change the column; and one that assigns to a parameter may
    // call another model.
    private static bool MayNotRun(IOperation operation) => operation switch
    {
        IConditionalOperation or IConditionalAccessOperation or ICoalesceOperation or ISwitchOperation or ISwitchExpressionOperation or ILoopOperation
            or ITryOperation or IThrowOperation or IBranchOperation or IAnonymousFunctionOperation or ILocalFunctionOperation => true,
        IBinaryOperation { OperatorKind: BinaryOperatorKind.ConditionalAnd or BinaryOperatorKind.ConditionalOr } => true,
        IAssignmentOperation { Target: IParameterReferenceOperation } => true,
        IArgumentOperation { Parameter.RefKind: RefKind.Ref or RefKind.Out } => true,
        IInvocationOperation invocation => invocation.TargetMethod.Name.EndsWith("_", System.StringComparison.Ordinal),
        _ => false,
    };

    private static Dictionary<string, ColumnShape> Columns(INamedTypeSymbol dataset, OperationBlockAnalysisContext context)
    {
        var columns = new Dictionary<string, ColumnShape>(System.StringComparer.Ordinal);
        foreach (DslAttribute attribute in DslAttribute.Of(dataset, context.CancellationToken))
        {
            if (attribute.Name == "Column" && attribute.PositionalString(0) is { } name)
            {
                // A shape that is itself a mistake is not compared.
                IReadOnlyList<long> sizes = attribute.PositionalArray(1);
                long elements = 1;
                if (sizes.All(size => size > 0 && size <= ColumnParser.MostElements / elements && (elements *= size) > 0))
                {
                    columns[name] = new ColumnShape(name, sizes);
                }
            }
        }

        return columns;
    }
}
