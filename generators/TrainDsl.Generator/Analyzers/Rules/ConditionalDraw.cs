using System;
using System.Collections.Generic;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using TrainDsl.Generator.Analyzers.Reading;

namespace TrainDsl.Generator.Analyzers.Rules;

/// <summary>
/// Finds draws from libtorch's generator that <c>Read</c> makes for some samples alone. A run watches the first micro-batch for draws; one that comes later
/// takes its numbers from those of training, by timing.
/// </summary>
internal static class ConditionalDraw
{
    // Functions of torch and of tensors that draw; all of them take a generator of their own under this name.
    private const string Generator = "generator";

    private static readonly HashSet<string> Draws = new(StringComparer.Ordinal)
    {
        "rand", "rand_like", "randn", "randn_like", "randint", "randint_like", "randperm", "normal", "bernoulli", "multinomial", "poisson",
        "uniform_", "normal_", "bernoulli_", "random_", "exponential_", "cauchy_", "geometric_", "log_normal_", "manual_seed",
    };

    /// <summary>The call, if an operation is such a draw in the body of <c>Read</c>; otherwise null.</summary>
    public static IInvocationOperation? Of(IOperation operation)
        => operation is IInvocationOperation call && Draws.Contains(call.TargetMethod.Name) && TensorCalls.IsOfTensors(call.TargetMethod)
            && TensorCalls.Argument(call, Generator) is null && IsConditional(call)
                ? call
                : null;

    // Whether another sample may pass it by. A loop's body may run no time; the condition of an if runs each time.
    private static bool IsConditional(IOperation operation)
    {
        for (IOperation child = operation; child.Parent is { } parent; child = parent)
        {
            switch (parent)
            {
                case IConditionalOperation conditional when child != conditional.Condition:
                case ISwitchCaseOperation or ISwitchExpressionArmOperation or ICatchClauseOperation:
                case ICoalesceOperation coalesce when child == coalesce.WhenNull:
                case ICoalesceAssignmentOperation assignment when child == assignment.Value:
                case IBinaryOperation { OperatorKind: BinaryOperatorKind.ConditionalAnd or BinaryOperatorKind.ConditionalOr } binary
                    when child == binary.RightOperand:
                    return true;
                case IAnonymousFunctionOperation or ILocalFunctionOperation:
                    return false;
            }
        }

        return false;
    }
}
