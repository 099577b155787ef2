using System;
using System.Globalization;
using System.Linq;
using System.Runtime.InteropServices;
using System.Text;
using TrainDsl.Data;
using TrainDsl.Monitoring;
using TrainDsl.Native;
using TrainDsl.Stepping;
using static TorchSharp.torch;

namespace TrainDsl.Faults;

/// <summary>
/// Puts a failure of libtorch into words. Called by exception filters, which run while the pass that failed is still on the stack: a step that succeeds
/// pays nothing.
/// </summary>
internal static class MicroBatchFailure
{
    private const int SamplesInMessage = 16;

    // Where libtorch's own words end and the frames of its C++ stack begin.
    private static readonly string[] s_stackStarts = ["\nException raised from", "\n\nThe following operation failed in the TorchScript", "\nCompile with `TORCH_USE_CUDA_DSA`"];

    /// <summary>The exception to throw in place of one that libtorch or TorchSharp threw; null for any other.</summary>
    /// <param name="failure">What was thrown on this thread.</param>
    /// <param name="meter">The figures of the run; null in an evaluation.</param>
    internal static Exception? Explain(Exception failure, RunMeter? meter)
    {
        BatchTensors? batch = StepScope.OnThisThread?.Batch;
        if (!IsOfLibTorch(failure) || (batch is null && !IsOfDisposedTensor(failure)))
        {
            return null;
        }

        if (batch is null)
        {
            return new InvalidOperationException(DisposedTensor, failure);
        }

        string words = WordsOf(failure);
        var message = new StringBuilder();
        message.Append(meter is null ? "An evaluation" : string.Create(CultureInfo.InvariantCulture, $"Step {meter.Step + 1}, in epoch {meter.Batch.Epoch + 1},"));
        message.Append(" failed in ").Append(PlaceOf(failure, isEvaluation: meter is null)).Append(": ").Append(words);
        AppendPeriod(message);
        AppendBatch(message, batch);
        if (FailureCures.For(words, IsOfDisposedTensor(failure), batch) is { } cure)
        {
            message.Append('\n').Append(cure);
        }

        return new MicroBatchException(message.ToString(), failure, meter?.Step + 1, meter?.Batch.Epoch + 1, batch.SampleIndices.ToArray());
    }

    /// <summary>What to do about a tensor that was disposed.</summary>
    internal const string DisposedTensor =
        "A tensor was used that had been disposed. TrainDsl disposes the tensors that the loss, the forward pass and metrics make when their micro-batch is over, and "
        + "a batch's own tensors when the next one is asked for. If a model or definition keeps one for later (a mask, a hidden state, a running mean), keep "
        + "value.detach().DetachFromDisposeScope(), of a batch's tensor value.clone().DetachFromDisposeScope(), and dispose it when it is replaced; or register it as a buffer.";

    private static bool IsOfLibTorch(Exception failure) =>
        failure is LibTorchException or UntrainableLossException || failure.GetType() == typeof(ExternalException) || IsOfDisposedTensor(failure);

    private static bool IsOfDisposedTensor(Exception failure) =>
        failure is InvalidOperationException && failure.Message.Contains("empty handle", StringComparison.Ordinal);

    private static string PlaceOf(Exception failure, bool isEvaluation) =>
        failure is LibTorchException && !isEvaluation ? "the backward pass" : isEvaluation ? "the loss, the forward pass or a metric" : "the loss or the forward pass";

    private static string WordsOf(Exception failure)
    {
        string words = failure.Message;
        foreach (string start in s_stackStarts)
        {
            int end = words.IndexOf(start, StringComparison.Ordinal);
            words = end < 0 ? words : words[..end];
        }

        return words.Trim();
    }

    private static void AppendPeriod(StringBuilder message)
    {
        if (message[^1] is not ('.' or '!' or '?'))
        {
            message.Append('.');
        }
    }

    private static void AppendBatch(StringBuilder message, BatchTensors batch)
    {
        ReadOnlySpan<long> samples = batch.SampleIndices;
        message.Append("\nThe micro-batch holds ").Append(samples.Length == 1 ? "sample " : "samples ");
        for (int i = 0; i < Math.Min(samples.Length, SamplesInMessage); i++)
        {
            message.Append(i == 0 ? "" : ", ").Append(samples[i].ToString(CultureInfo.InvariantCulture));
        }

        if (samples.Length > SamplesInMessage)
        {
            message.Append(CultureInfo.InvariantCulture, $" and {samples.Length - SamplesInMessage} more");
        }

        message.Append(": ").AppendJoin(", ", batch.Layout.Columns.Select(column => Describe(column, batch.Count))).Append('.');
    }

    private static string Describe(Column column, int samples) => string.Create(
        CultureInfo.InvariantCulture,
        $"column {column.Name} of {ElementWords.Of(column.ElementType)} [{string.Join(", ", column.Shape.Prepend(samples))}]");
}
