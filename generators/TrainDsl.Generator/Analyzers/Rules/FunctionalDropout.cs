using System;
using System.Collections.Generic;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using TrainDsl.Generator.Analyzers.Reading;
using TrainDsl.Generator.Diagnostics;
using TrainDsl.Generator.Parsing;

namespace TrainDsl.Generator.Analyzers.Rules;

/// <summary>A function of dropout or batch norm that is not told whether the model trains.</summary>
internal static class FunctionalDropout
{
    public static bool IsUntold(IInvocationOperation call)
    {
        if (!TensorCalls.IsFunctional(call.TargetMethod) || TensorCalls.Argument(call, "training") is not null
            || !call.TargetMethod.Parameters.Any(static parameter => parameter.Name == "training"))
        {
            return false;
        }

        return TensorCalls.Argument(call, "p")?.ConstantValue.Value is not (0 or 0.0 or 0f);
    }

    /// <summary>What the default of <c>training</c> makes of it.</summary>
    public static string Effect(IInvocationOperation call)
        => call.TargetMethod.Parameters.First(static parameter => parameter.Name == "training") is { HasExplicitDefaultValue: true, ExplicitDefaultValue: true }
            ? "stays on in evaluation"
            : "is off in training";
}
