using System;
using System.Collections.Generic;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using TrainDsl.Generator.Analyzers.Reading;
using TrainDsl.Generator.Diagnostics;
using TrainDsl.Generator.Parsing;

namespace TrainDsl.Generator.Analyzers.Rules;

/// <summary>An activation before a loss that applies it itself, and one that is missing before a loss that expects it.</summary>
internal static class ActivationBeforeLoss
{
    public static void Check(Score score)
    {
        foreach (LossCall loss in score.Body.Calls.Select(LossCall.Of).OfType<LossCall>())
        {
            string? name = Made(score, loss.Input);
            if (loss.Name == "cross_entropy" && name == "softmax")
            {
                score.Report(DiagnosticDescriptors.ActivationTwice, loss.Input, "softmax", loss.Name);
            }
            else if (loss.Name == "binary_cross_entropy_with_logits" && name == "sigmoid")
            {
                score.Report(DiagnosticDescriptors.ActivationTwice, loss.Input, "sigmoid", loss.Name);
            }
            else if (loss.Name == "nll_loss" && name is "linear" or "softmax" && loss.Name == "nll_loss")
            {
                score.Report(DiagnosticDescriptors.NoLogSoftmax, loss.Input, name);
            }
        }
    }

    // By what the input is made: by a function in the score itself, or by the last layer of the model.
    private static string? Made(Score score, IOperation input) => score.IsOutput(input) ? score.Output?.Name
        : TensorCalls.Named(score.Body.Resolve(input), "softmax", "sigmoid")?.TargetMethod.Name;
}
