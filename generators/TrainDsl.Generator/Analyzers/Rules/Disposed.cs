using System;
using System.Collections.Generic;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using TrainDsl.Generator.Analyzers.Reading;
using TrainDsl.Generator.Diagnostics;
using TrainDsl.Generator.Parsing;

namespace TrainDsl.Generator.Analyzers.Rules;

/// <summary>A result that is disposed before the caller has it.</summary>
internal static class Disposed
{
    private static readonly HashSet<string> Moves = new(StringComparer.Ordinal)
    {
        "MoveToOuterDisposeScope", "DetachFromDisposeScope", "MoveToOuter", "Detach", "MoveToOtherDisposeScope", "MoveToOther",
    };

    public static IEnumerable<(IOperation At, string Why)> Find(Body body)
    {
        bool scope = body.Operations.OfType<IUsingDeclarationOperation>().Any(static declaration => IsScope(declaration))
            && !body.Calls.Any(static call => Moves.Contains(call.TargetMethod.Name));
        foreach (IOperation returned in body.Returned)
        {
            IOperation value = LayerShapes.Unwrap(returned);
            if (value is ILocalReferenceOperation { Local: { } local } && TensorCalls.IsTensor(value) && body.IsDisposed(local))
            {
                yield return (returned, "'using' disposes '" + local.Name + "'");
            }
            else if (scope && IsMade(body, value))
            {
                yield return (returned, "the dispose scope disposes it");
            }
        }
    }

    // At the outermost level of a method, so that everything after it is made in the scope; before it nothing is called.
    private static bool IsScope(IUsingDeclarationOperation declaration)
        => declaration.Parent is IBlockOperation { Parent: null or IMethodBodyOperation } block
            && declaration.DescendantsAndSelf().Any(static part => part is IInvocationOperation { TargetMethod.Name: "NewDisposeScope" })
            && block.Operations.TakeWhile(other => other != declaration)
                .All(static other => !other.DescendantsAndSelf().Any(static part => part is IInvocationOperation));

    // A new tensor: of a function of TorchSharp that is not in place, or of a module.
    private static bool IsMade(Body body, IOperation expression) => body.Resolve(expression) switch
    {
        IInvocationOperation call => TensorCalls.IsTensor(call) && !call.TargetMethod.Name.EndsWith("_", StringComparison.Ordinal)
            && call.TargetMethod.Name is not "to" and not "alias"
            && TensorCalls.IsOfTensors(call.TargetMethod) && TensorCalls.Argument(call, "inplace") is null,
        IBinaryOperation { OperatorMethod: { } } binary => TensorCalls.IsTensor(binary),
        IObjectCreationOperation made => made.Type?.Name == "WeightedSum" && made.Arguments.Any(argument => IsMade(body, argument.Value)),
        _ => false,
    };
}
