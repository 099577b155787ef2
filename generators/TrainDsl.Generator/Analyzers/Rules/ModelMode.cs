using System;
using System.Collections.Generic;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using TrainDsl.Generator.Analyzers.Reading;
using TrainDsl.Generator.Diagnostics;
using TrainDsl.Generator.Parsing;

namespace TrainDsl.Generator.Analyzers.Rules;

/// <summary>A loss or metric that changes the mode, place or gradients of the model that the loop trains.</summary>
internal static class ModelMode
{
    private static readonly HashSet<string> OfModel = new(StringComparer.Ordinal)
    {
        "eval", "train", "to", "cuda", "cpu", "zero_grad", "half", "requires_grad_", "load", "load_state_dict",
    };

    public static void Check(Score score)
    {
        foreach (IInvocationOperation call in score.Body.Calls)
        {
            string name = call.TargetMethod.Name;
            if ((OfModel.Contains(name) && TensorCalls.Operand(call) is { } receiver && receiver.Type is { } type && SymbolNames.IsModule(type) && IsOfModel(score, receiver))
                || (name == "backward" && call.Instance is { Type: { } tensor } && SymbolNames.IsTensor(tensor)))
            {
                score.Report(DiagnosticDescriptors.ChangesModel, call, score.IsLoss ? "Loss" : "Metric", score.Method.Name, name);
            }
        }
    }

    // The model, or a part that it gives out.
    private static bool IsOfModel(Score score, IOperation receiver) => score.Body.Resolve(receiver) switch
    {
        IParameterReferenceOperation parameter => SymbolEqualityComparer.Default.Equals(parameter.Parameter, score.Model),
        IMemberReferenceOperation { Instance: { } instance } => IsOfModel(score, instance),
        _ => false,
    };
}
