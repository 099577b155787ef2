using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.RegularExpressions;
using TrainDsl.Data;
using static TorchSharp.torch;

namespace TrainDsl.Faults;

/// <summary>What to do about the failures of libtorch that definitions run into most.</summary>
internal static partial class FailureCures
{
    // Ordered: the first text that matches is taken. The texts are libtorch 2.10's.
    private static readonly (Regex Text, Func<Match, BatchTensors, string> Cure)[] s_cures =
    [
        (OutOfMemoryText(), static (_, _) =>
            "Memory ran out: declare a smaller [MicroBatch], or [MicroBatch(Auto = true)], which halves it until a step fits; the global batch stays the same."),
        (ExpectedFound(), static (match, batch) => OfTypes(match, batch)),
        (MustHaveSameType(), static (match, batch) => OfTypes(match, batch)),
        (FoundExpected(), static (match, batch) => OfTypes(match, batch)),
        (InputAndWeight(), static (match, batch) => OfTypes(match, batch)),
        (NotImplementedFor(), static (match, batch) => OfOneType(match, batch)),
        (NoOutputType(), static (match, batch) => OfOneType(match, batch)),
        (OutOfBounds(), static (_, batch) =>
            $"A class or index lies outside of what the model knows. Classes count from 0 to the number of the last layer's outputs - 1, indices of an embedding from 0 to its size - 1: "
            + $"check what Read writes into {Columns(batch, static type => !is_floating_point(type))}, or enlarge the layer."),
        (DeviceAssert(), static (_, batch) =>
            $"On a device this is most often a class or index out of range: check what Read writes into {Columns(batch, static type => !is_floating_point(type))}, and run on the CPU "
            + "(TRAINDSL_DEVICE=cpu), which names it."),
        (Multiplied(), static (match, _) =>
            $"A linear layer got rows of {match.Groups[2].Value} features and was made for {match.Groups[3].Value}: make it Linear({match.Groups[2].Value}, ...), or flatten or reshape what goes into it."),
        (SizesDiffer(), static (_, _) =>
            "Two tensors are combined that do not have the same shape: compare the shapes of the columns above with what the model returns; .squeeze(1), .unsqueeze(1), .view(...) or .flatten(1) bring one into line."),
        (Channels(), static (match, _) =>
            $"A convolution was made for {match.Groups[1].Value} channels and got {match.Groups[2].Value}: a column's shape is [channels, height, width], or give the layer that number of channels."),
        (OtherDevice(), static (_, _) =>
            "A tensor made in the model or loss is on another device than the model: make it with device: batch.<Column>.device, or register it as a buffer."),
        (SecondBackward(), static (_, _) =>
            "Something kept from an earlier micro-batch still has its graph (a hidden state, say): keep state.detach().DetachFromDisposeScope()."),
        (InPlace(), static (_, _) =>
            "Something that the backward pass needs was changed in place: use the operator without the underscore at its end, or clone() before it."),
        (ElementCount(), static (_, _) =>
            "The elements do not fill the shape asked for: give view or reshape the sizes that the columns above and the layers before it make, with -1 for one of them."),
        (NoGradient(), static (_, _) =>
            "The loss does not depend on a trainable parameter: compute it from what the model returns, without detach(), no_grad() or conversion to integers on the way."),
    ];

    /// <summary>The cure of a failure, or null where none is known.</summary>
    /// <param name="words">What libtorch said.</param>
    /// <param name="isOfDisposedTensor">Whether a tensor was used that had been disposed.</param>
    /// <param name="batch">The micro-batch.</param>
    internal static string? For(string words, bool isOfDisposedTensor, BatchTensors batch)
    {
        if (isOfDisposedTensor)
        {
            return MicroBatchFailure.DisposedTensor;
        }

        foreach ((Regex text, Func<Match, BatchTensors, string> cure) in s_cures)
        {
            if (text.Match(words) is { Success: true } match)
            {
                return cure(match, batch);
            }
        }

        return null;
    }

    private static string OfTypes(Match match, BatchTensors batch)
    {
        string expected = match.Groups["expected"].Value;
        string found = match.Groups["found"].Value;
        if (!ElementWords.TryRead(found, out ScalarType foundType) || !ElementWords.TryRead(expected, out ScalarType expectedType))
        {
            return "Element types do not fit together: convert one of them with .to_type(...).";
        }

        // Which of two operands libtorch names first says nothing: a column can be the one that is off, a float32 parameter is not.
        if (!HasColumn(batch, foundType) && HasColumn(batch, expectedType) && expectedType != ScalarType.Float32)
        {
            (foundType, expectedType) = (expectedType, foundType);
        }

        string columns = HasColumn(batch, foundType) ? Columns(batch, type => type == foundType) : "what the loss or model makes";
        return $"{ElementWords.Of(expectedType)} is expected and {columns} is {ElementWords.Of(foundType)}: declare [Column<{ElementWords.InCSharp(expectedType)}>], "
            + $"or convert with .to_type(ScalarType.{expectedType}).";
    }

    private static string OfOneType(Match match, BatchTensors batch)
    {
        if (!ElementWords.TryRead(match.Groups["found"].Value, out ScalarType found))
        {
            return "This element type is not computed with here: convert with .to_type(ScalarType.Float32).";
        }

        string columns = HasColumn(batch, found) ? Columns(batch, type => type == found) : "the tensor";
        return is_floating_point(found)
            ? $"{columns} is {ElementWords.Of(found)}, and the operator takes integers: declare [Column<long>], or convert with .to_type(ScalarType.Int64)."
            : $"{columns} is {ElementWords.Of(found)}, and the operator takes floating point: declare [Column<float>], or convert with .to_type(ScalarType.Float32).";
    }

    private static bool HasColumn(BatchTensors batch, ScalarType type) => batch.Layout.Columns.Any(column => column.ElementType == type);

    private static string Columns(BatchTensors batch, Func<ScalarType, bool> includes)
    {
        List<string> names = [.. batch.Layout.Columns.Where(column => includes(column.ElementType)).Select(static column => column.Name)];
        return names.Count switch
        {
            0 => "the columns",
            1 => $"column {names[0]}",
            _ => $"one of the columns {string.Join(", ", names)}",
        };
    }

    [GeneratedRegex("can't allocate memory|not enough memory|out of memory|std::bad_alloc", RegexOptions.IgnoreCase)]
    private static partial Regex OutOfMemoryText();

    [GeneratedRegex("expected (?:scalar type|dtype) (?<expected>[\\w:]+) but (?:found|got) (?:scalar type |dtype )?(?<found>[\\w:]+)", RegexOptions.IgnoreCase)]
    private static partial Regex ExpectedFound();

    [GeneratedRegex("to have the same dtype, but got: (?<found>[\\w: ]+) != (?<expected>[\\w: ]+)|must have the same dtype, but got (?<found>\\w+) and (?<expected>\\w+)")]
    private static partial Regex MustHaveSameType();

    [GeneratedRegex("Found dtype (?<found>\\w+) but expected (?<expected>\\w+)")]
    private static partial Regex FoundExpected();

    [GeneratedRegex("Input type \\((?<found>[\\w: ]+)\\) and (?:weight|bias) type \\((?<expected>[\\w: ]+)\\) should be the same")]
    private static partial Regex InputAndWeight();

    [GeneratedRegex("not implemented for '(?<found>\\w+)'")]
    private static partial Regex NotImplementedFor();

    [GeneratedRegex("floating point or complex dtype\\. Got: (?<found>\\w+)|Got (?<found>\\w+) instead|got (?:\\w+\\.)*(?<found>\\w+)Type instead")]
    private static partial Regex NoOutputType();

    [GeneratedRegex("[Tt]arget -?\\d+ is out of bounds|index out of range in self|index -?\\d+ is out of bounds|out of bounds for dimension")]
    private static partial Regex OutOfBounds();

    [GeneratedRegex("device-side assert")]
    private static partial Regex DeviceAssert();

    [GeneratedRegex("shapes cannot be multiplied \\((\\d+)x(\\d+) and (\\d+)x(\\d+)\\)")]
    private static partial Regex Multiplied();

    [GeneratedRegex("must match the size of tensor|shape mismatch|[Ee]xpected input batch_size|inconsistent (?:tensor )?size|must match the existing size|size mismatch|same size")]
    private static partial Regex SizesDiffer();

    [GeneratedRegex("to have (\\d+) channels, but got (\\d+) channels")]
    private static partial Regex Channels();

    [GeneratedRegex("on the same device|Expected all tensors to be on")]
    private static partial Regex OtherDevice();

    [GeneratedRegex("backward through the graph a second time")]
    private static partial Regex SecondBackward();

    [GeneratedRegex("modified by an inplace operation|a leaf Variable that requires grad is being used in an in-place operation")]
    private static partial Regex InPlace();

    [GeneratedRegex("is invalid for input of size")]
    private static partial Regex ElementCount();

    [GeneratedRegex("does not require grad")]
    private static partial Regex NoGradient();
}
