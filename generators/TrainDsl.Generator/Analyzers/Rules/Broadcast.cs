using System;
using System.Collections.Generic;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using TrainDsl.Generator.Analyzers.Reading;
using TrainDsl.Generator.Diagnostics;
using TrainDsl.Generator.Parsing;

namespace TrainDsl.Generator.Analyzers.Rules;

/// <summary>An output of shape [batch, 1] against a scalar column of shape [batch]: the pair is broadcast to [batch, batch].</summary>
internal static class Broadcast
{
    private static readonly HashSet<string> Losses = new(StringComparer.Ordinal)
    {
        "mse_loss", "l1_loss", "smooth_l1_loss", "huber_loss", "poisson_nll_loss", "kl_div", "hinge_embedding_loss",
    };

    public static void Check(Score score)
    {
        // One sample is [1, 1] against [1], which is the same.
        if (score.Attributes.MicroBatch?.Positional<long>(0) == 1)
        {
            return;
        }

        foreach (IOperation operation in score.Body.Operations)
        {
            (IOperation Left, IOperation Right)? pair = operation switch
            {
                IInvocationOperation call when LossCall.Of(call) is { } loss && Losses.Contains(loss.Name) => (loss.Input, loss.Target),
                IInvocationOperation call when TensorCalls.Named(call, "sub", "subtract") is not null && call.Instance is { } left
                    && call.Arguments.FirstOrDefault()?.Value is { } right => (left, right),
                IBinaryOperation { OperatorMethod.Name: "op_Subtraction" } binary => (binary.LeftOperand, binary.RightOperand),
                _ => null,
            };
            if (pair is { } sides && (Column(score, sides.Left, sides.Right) ?? Column(score, sides.Right, sides.Left)) is { } found)
            {
                score.Report(DiagnosticDescriptors.Broadcast, found.Output, found.Column.Name);
            }
        }
    }

    private static (IOperation Output, Column Column)? Column(Score score, IOperation output, IOperation target)
        => score.IsOutput(output) && Scalar(score, target) is { } column && score.Output is { IsOneFeature: true } ? (output, column) : null;

    private static Column? Scalar(Score score, IOperation target)
    {
        IOperation value = score.Body.Resolve(target);
        while (TensorCalls.Named(value, "to_type", "to", "float", "double", "detach", "clone") is { } call && TensorCalls.Operand(call) is { } operand)
        {
            value = score.Body.Resolve(operand);
        }

        return score.ColumnOf(value) is { IsScalar: true } column ? column : null;
    }
}
