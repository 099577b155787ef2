using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using TrainDsl.Generator.Parsing;

namespace TrainDsl.Generator.Analyzers.Reading;

/// <summary>By which layer or function a model's output is made, read backwards from what its <c>forward</c> returns.</summary>
/// <param name="Name">Its name in lower case without underscores, as in <c>logsoftmax</c>.</param>
/// <param name="Made">The call that makes the layer, or the call of the function; null for the input itself.</param>
/// <param name="Before">What comes before it; null where that is not known.</param>
internal sealed record ModelOutput(string Name, IInvocationOperation? Made, ModelOutput? Before)
{
    private static readonly HashSet<string> Preserving = new(StringComparer.Ordinal)
    {
        "relu", "relu6", "leakyrelu", "elu", "gelu", "silu", "sigmoid", "tanh", "softplus", "dropout", "identity", "clone", "contiguous", "totype",
    };

    /// <summary>The name of the model's input.</summary>
    public const string Input = "input";

    /// <summary>The layers and functions from the first on; none where they are not known down to the input.</summary>
    public IReadOnlyList<ModelOutput> FromInput
    {
        get
        {
            var steps = new List<ModelOutput>();
            ModelOutput? step = this;
            for (; step is { Made: not null }; step = step.Before)
            {
                steps.Insert(0, step);
            }

            return step is null ? [] : steps;
        }
    }

    /// <summary>Whether the output has a last dimension of size 1, because a linear layer makes it so and nothing after it takes it away.</summary>
    public bool IsOneFeature => Name == "linear"
        ? Made?.Arguments.FirstOrDefault(static argument => argument.Parameter?.Ordinal == 1)?.Value.ConstantValue.Value is 1L or 1
        : Preserving.Contains(Name) && Before is { IsOneFeature: true };

    /// <summary>The output of a model; null where it is not certain.</summary>
    public static ModelOutput? Of(INamedTypeSymbol model, Compilation compilation, CancellationToken cancellation)
    {
        IMethodSymbol[] forwards = [.. model.GetMembers("forward").OfType<IMethodSymbol>().Where(static method => method.IsOverride)];
        if (forwards is not [{ } forward] || Body.Of(forward, compilation, cancellation) is not { Returned: [{ } returned] } body)
        {
            return null;
        }

        var fields = new ModuleFields(model, compilation, cancellation);
        return fields.MayHook ? null : OfExpression(returned, body, fields);
    }

    private static ModelOutput? OfExpression(IOperation expression, Body body, ModuleFields fields) => body.Resolve(expression) switch
    {
        IParameterReferenceOperation => new(Input, null, null),
        IInvocationOperation { TargetMethod.Name: "MoveToOuterDisposeScope" or "DetachFromDisposeScope" } moved
            => (moved.Instance ?? TensorCalls.Operand(moved)) is { } tensor ? OfExpression(tensor, body, fields) : null,
        IInvocationOperation
        {
            TargetMethod.Name: "call" or "forward", Instance: { } layer,
            Arguments: [{ Value: { } input }],
        } when fields.Value(layer) is { } module => OfModule(module, () => OfExpression(input, body, fields)),
        IInvocationOperation call when TensorCalls.IsOfTensors(call.TargetMethod) && TensorCalls.Operand(call) is { } operand
            => new(Normalised(call.TargetMethod.Name), call, OfExpression(operand, body, fields)),
        _ => null,
    };

    private static ModelOutput? OfModule(IOperation module, Func<ModelOutput?> before)
    {
        if (LayerShapes.Unwrap(module) is not IInvocationOperation made || !SymbolNames.Is(made.TargetMethod.ContainingType, "TorchSharp", "torch", "nn"))
        {
            return null;
        }

        if (made.TargetMethod.Name != "Sequential")
        {
            return new(Normalised(made.TargetMethod.Name), made, before());
        }

        if (made.Arguments is not [{ ArgumentKind: ArgumentKind.ParamArray, Value: IArrayCreationOperation { Initializer: { } elements } }])
        {
            return null;
        }

        Func<ModelOutput?> current = before;
        foreach (IOperation element in elements.ElementValues)
        {
            IOperation part = LayerShapes.Unwrap(element);
            part = part is ITupleOperation { Elements: [_, { } named] } ? LayerShapes.Unwrap(named) : part;
            ModelOutput? output = OfModule(part, current);
            current = () => output;
        }

        return current();
    }

    private static string Normalised(string name) => name.Replace("_", "").ToLowerInvariant();
}
