using System;
using System.Collections.Generic;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using TrainDsl.Generator.Analyzers.Reading;
using TrainDsl.Generator.Diagnostics;
using TrainDsl.Generator.Parsing;

namespace TrainDsl.Generator.Analyzers.Rules;

/// <summary>A loss through which no gradient flows back to the model.</summary>
internal static class NoGradient
{
    public static void Check(Score score)
    {
        if (!score.IsLoss || !score.Body.Operations.OfType<IParameterReferenceOperation>()
            .Any(reference => SymbolEqualityComparer.Default.Equals(reference.Parameter, score.Model)))
        {
            return;
        }

        foreach (IOperation returned in score.Body.Returned)
        {
            if (Without(score) is { } mode)
            {
                score.Report(DiagnosticDescriptors.NoGradient, mode, score.Method.Name, "is computed under " + mode.TargetMethod.Name + "()");
                return;
            }

            string? cut = null;
            if (HasNone(score, returned, ref cut) && cut is not null)
            {
                score.Report(DiagnosticDescriptors.NoGradient, returned, score.Method.Name, "comes through " + cut + " alone");
                return;
            }
        }
    }

    // A mode that holds to the end of the method, with nothing that ends it before.
    private static IInvocationOperation? Without(Score score)
        => score.Body.Calls.Any(static call => call.TargetMethod.Name is "enable_grad" or "set_grad_enabled") ? null
            : score.Body.Operations.OfType<IUsingDeclarationOperation>().Where(declaration => IsFirst(declaration))
                .SelectMany(static declaration => declaration.DescendantsAndSelf()).OfType<IInvocationOperation>()
                .FirstOrDefault(static call => call.TargetMethod.Name is "no_grad" or "inference_mode" && TensorCalls.IsOfTensors(call.TargetMethod)
                    && call.Arguments.All(static argument => argument.ArgumentKind == ArgumentKind.DefaultValue))
                ?? score.Body.Operations.OfType<IUsingOperation>().Where(use => IsFirst(use)
                        && score.Body.Returned.All(returned => use.Syntax.Span.Contains(returned.Syntax.Span)))
                    .Select(static use => LayerShapes.Unwrap(use.Resources) as IInvocationOperation)
                    .FirstOrDefault(static call => call is { TargetMethod.Name: "no_grad" or "inference_mode" } && TensorCalls.IsOfTensors(call.TargetMethod));

    // Nothing with a gradient was computed before it.
    private static bool IsFirst(IOperation statement) => statement.Parent is IBlockOperation { Parent: null or IMethodBodyOperation } block
        && block.Operations.TakeWhile(other => other != statement)
            .All(static other => !other.DescendantsAndSelf().Any(static part => part is IInvocationOperation { TargetMethod.Name: "call" or "forward" }));

    private static bool HasNone(Score score, IOperation expression, ref string? cut)
    {
        IOperation value = score.Body.Resolve(expression);
        if (value.ConstantValue.HasValue || !TensorCalls.IsTensor(value) && value is IFieldReferenceOperation)
        {
            return true;
        }

        if (score.ColumnOf(value) is not null)
        {
            return true;
        }

        switch (value)
        {
            case IInvocationOperation call when TensorCalls.IsOfTensors(call.TargetMethod):
                string name = call.TargetMethod.Name;
                if (name.Contains("requires_grad") || call.Arguments.Any(static argument => argument.Parameter?.Name == "requires_grad"
                    && argument.ArgumentKind == ArgumentKind.Explicit))
                {
                    return false;
                }

                if (name == "detach" || TensorElements.IsDiscrete(name))
                {
                    cut ??= name + "()";
                    return true;
                }

                foreach (IOperation part in call.Arguments.Select(static argument => argument.Value).Prepend(call.Instance).OfType<IOperation>())
                {
                    if ((TensorCalls.IsTensor(part) || part.Type is IArrayTypeSymbol || part.Type?.Name is "ITensor" or "IEnumerable" or "IList")
                        && !HasNone(score, part, ref cut))
                    {
                        return false;
                    }
                }

                return true;
            case IBinaryOperation binary when TensorCalls.IsTensor(binary):
                if (binary.OperatorMethod is { } method && TensorElements.IsDiscrete(method.Name))
                {
                    cut ??= "a comparison";
                    return true;
                }

                return HasNone(score, binary.LeftOperand, ref cut) && HasNone(score, binary.RightOperand, ref cut);
            case IUnaryOperation unary when TensorCalls.IsTensor(unary):
                return HasNone(score, unary.Operand, ref cut);
            case IConversionOperation conversion:
                return HasNone(score, conversion.Operand, ref cut);
            default:
                return false;
        }
    }
}
