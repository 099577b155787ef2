using System;
using System.Collections.Generic;
using System.Linq;
using Microsoft.CodeAnalysis.Operations;
using TrainDsl.Generator.Analyzers.Reading;
using TrainDsl.Generator.Diagnostics;

namespace TrainDsl.Generator.Analyzers.Rules;

/// <summary>A column of an element type that the first layer of the model does not take.</summary>
internal static class LayerElementType
{
    private static readonly HashSet<string> OfFloats = new(StringComparer.Ordinal)
    {
        "linear", "conv1d", "conv2d", "conv3d", "convtranspose1d", "convtranspose2d", "convtranspose3d", "layernorm",
    };

    // What leaves the element type as it is.
    private static readonly HashSet<string> Preserving = new(StringComparer.Ordinal)
    {
        "flatten", "view", "reshape", "squeeze", "unsqueeze", "permute", "transpose", "contiguous", "clone", "identity", "unflatten",
    };

    public static void Check(Score score)
    {
        foreach (IInvocationOperation call in score.Body.Calls)
        {
            if (call.Arguments is [{ Value: { } input }] && score.IsOutput(call) && score.Output is { } output
                && score.ElementTypeOf(input) is { } type
                && output.FromInput.SkipWhile(static step => Preserving.Contains(step.Name)).FirstOrDefault() is { Made: { } made } layer
                && Expected(score, layer.Name, made, type) is { } expected)
            {
                score.Report(DiagnosticDescriptors.LayerElementType, input, Column(score, input), type, made.TargetMethod.Name, expected);
                return;
            }
        }
    }

    private static string? Expected(Score score, string layer, IInvocationOperation made, string type)
        => layer == "embedding" ? (type is "Int32" or "Int64" ? null : "Int64")
            : !OfFloats.Contains(layer) ? null
            : TensorElements.IsIntegral(type) ? "Float32"
            // The whole model may be of another type than its layers are made in.
            : type is "Float64" or "Float16" && layer != "layernorm" && !score.HasFactory && !score.MayConvert
                && TensorCalls.Argument(made, "dtype") is null ? "Float32"
            : null;

    private static string Column(Score score, Microsoft.CodeAnalysis.IOperation input)
        => input.DescendantsAndSelf().Select(score.ColumnOf).FirstOrDefault(static column => column is not null)?.Name ?? input.Syntax.ToString();
}
