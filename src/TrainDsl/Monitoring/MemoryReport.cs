using System;
using System.Linq;
using System.Text;
using TrainDsl.Batching;
using TrainDsl.Data;
using TrainDsl.Native;
using TrainDsl.Optimizers;
using TrainDsl.Parameters;
using static TorchSharp.torch;

namespace TrainDsl.Monitoring;

/// <summary>What one process of a run keeps in memory, in bytes.</summary>
/// <param name="Plan">The plan that it is for.</param>
/// <param name="Weights">Parameters and buffers of the model, frozen ones included; padding of flat buffers included.</param>
/// <param name="Gradients">Gradients of the trainable parameters.</param>
/// <param name="OptimizerState">Moments of the optimizer.</param>
/// <param name="Staging">Host memory that samples are read into.</param>
/// <param name="Activations">
/// How far memory rose above what was there before, at its peak, in the forward and backward pass of one micro-batch; null where that was not, or
/// cannot be, measured.
/// </param>
/// <param name="Available">Memory of the machine, or of the container that the process is confined to.</param>
public sealed record MemoryReport(
    BatchPlan Plan, long Weights, long Gradients, long OptimizerState, long Staging, long? Activations, long Available)
{
    /// <summary>
    /// Host memory that a run with <c>[Checkpoint]</c> keeps from its first checkpoint on: the copy of weights and of the whole optimizer state that is written
    /// from, and what several replicas or a device put in the host's memory for it. 0 if none is written.
    /// </summary>
    public long Checkpoint { get; init; }

    /// <summary>
    /// Copies of the model's buffers that a step is brought back from, with <c>[NonFinite]</c> or an automatic micro-batch; 0 without them.
    /// </summary>
    public long BufferCopies { get; init; }

    /// <summary>Host memory that samples are read into while the model is evaluated on the run's validation dataset; 0 if the options have none.</summary>
    public long EvaluationStaging { get; init; }

    /// <summary>
    /// The sum of what is known, as if all of it were there at once. The runtime, libtorch's libraries, what a dataset keeps and what the allocator holds of
    /// freed memory come on top.
    /// </summary>
    public long Total => Weights + Gradients + OptimizerState + Staging + Checkpoint + BufferCopies + EvaluationStaging + (Activations ?? 0);

    /// <summary>
    /// Bytes of <see cref="Activations"/> for each sample of the micro-batch: in MiB, what <see cref="MicroBatchAttribute.MemoryMiBPerSample"/> declares. The
    /// larger the measured micro-batch, the less of it is what a pass takes whatever its size. Null where activations are not known.
    /// </summary>
    public double? ActivationsPerSample => Activations / (double)Plan.MicroBatch;

    /// <summary>The memory of one replica.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="model">The model.</param>
    /// <param name="parameters">Its trainable parameters.</param>
    /// <param name="optimizer">The optimizer.</param>
    /// <param name="pipeline">Where samples are read to; null where nothing is read yet.</param>
    /// <param name="activations">What <see cref="ActivationPeak"/> measured; null where it did not.</param>
    public static MemoryReport Of(
        BatchPlan plan, nn.Module model, FlatParameters parameters, IOptimizer optimizer, BatchPipeline? pipeline = null, long? activations = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(parameters);
        long weights = 0;
        long gradients = 0;
        foreach (ParameterBuffer buffer in parameters.Buffers)
        {
            weights += BytesOf(buffer.Values);
            gradients += buffer.GradientBytes;
        }

        foreach (StateTensor tensor in ModelState.Of(model).Where(static tensor => !tensor.IsAlias && !(tensor.IsParameter && tensor.Value.requires_grad)))
        {
            weights += tensor.Bytes;
        }

        long state = 0;
        if (optimizer is IOptimizerState { Moments: var moments })
        {
            foreach (OptimizerMoment moment in moments)
            {
                state += BytesOf(moment.Values);
            }
        }

        return new MemoryReport(
            plan, weights, gradients, state, pipeline?.StagingBytes ?? 0, activations, GC.GetGCMemoryInfo().TotalAvailableMemoryBytes);
    }

    /// <summary>The report as a table.</summary>
    public override string ToString()
    {
        var text = new StringBuilder();
        text.Append("memory for ").Append(Plan).Append('\n');
        Row("weights", Weights);
        Row("gradients", Gradients);
        Row("optimizer state", OptimizerState);
        Row("staging", Staging);
        Row("checkpoint", Checkpoint);
        Row("buffer copies", BufferCopies);
        Row("evaluation", EvaluationStaging);
        Row("activations", Activations);
        Row("  for a sample", ActivationsPerSample);
        Row("total", Total);
        Row("available", Available);
        return text.ToString().TrimEnd('\n');

        void Row(string what, double? bytes) => text.Append("  ").Append(what.PadRight(16)).Append(bytes is { } known ? MemorySize.InWords(known).PadLeft(12) : "not measured")
            .Append('\n');
    }

    private static long BytesOf(Tensor tensor) => tensor.numel() * tensor.ElementSize;
}
