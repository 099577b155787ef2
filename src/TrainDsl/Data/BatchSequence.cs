using System;
using TrainDsl.Batching;

namespace TrainDsl.Data;

/// <summary>
/// Which positions of an epoch each micro-batch of each replica holds: pure arithmetic over the dataset's size and the plan. A global batch holds the
/// same positions whatever micro-batch, accumulation, devices and nodes make it up.
/// </summary>
public sealed class BatchSequence
{
    private readonly bool _dropLast;

    /// <param name="count">The number of samples.</param>
    /// <param name="plan">The plan; its micro-batch is at most <see cref="int.MaxValue"/>.</param>
    /// <param name="dropLast">Whether the last, partial global batch of an epoch is left out.</param>
    /// <exception cref="DatasetException">The dataset is empty or smaller than a global batch.</exception>
    public BatchSequence(long count, BatchPlan plan, bool dropLast)
    {
        if (count <= 0)
        {
            throw new DatasetException($"The dataset has {count} samples; at least one global batch of {plan.GlobalBatch} is needed. Check where it reads from.");
        }

        if (count < plan.GlobalBatch)
        {
            throw new DatasetException(
                $"The dataset has {count} samples, fewer than one global batch of {plan.GlobalBatch}. Lower [GlobalBatch] to {count} or less, or add samples.");
        }

        Count = count;
        Plan = plan;
        _dropLast = dropLast;
        StepsPerEpoch = dropLast ? count / plan.GlobalBatch : ((count - 1) / plan.GlobalBatch) + 1;
    }

    /// <summary>The number of samples of the dataset.</summary>
    public long Count { get; }

    /// <summary>The plan.</summary>
    public BatchPlan Plan { get; }

    /// <summary>Optimizer steps in one epoch, at least 1.</summary>
    public long StepsPerEpoch { get; }

    /// <summary>Samples that one epoch learns from.</summary>
    public long SamplesPerEpoch => _dropLast ? StepsPerEpoch * Plan.GlobalBatch : Count;

    /// <summary>
    /// Samples of the one micro-batch that may be smaller than the others: the last of an epoch. 0 where there is none. Global batches are multiples
    /// of the micro-batch, so that only the end of the dataset cuts one short.
    /// </summary>
    internal int PartialMicroBatch => (int)(SamplesPerEpoch % Plan.MicroBatch);

    /// <summary>The steps of a run that ends after a number of epochs, a number of steps, or whichever comes first.</summary>
    /// <param name="epochs">Epochs, at least 1, or null for no bound.</param>
    /// <param name="maxSteps">Steps, at least 1, or null for no bound.</param>
    /// <returns>The steps, at most <see cref="long.MaxValue"/>, which no run reaches.</returns>
    /// <exception cref="ArgumentException">Neither is given, or one is below 1.</exception>
    public long TotalSteps(long? epochs, long? maxSteps)
    {
        if (epochs is null && maxSteps is null)
        {
            throw new ArgumentException("A run is bounded by epochs or by steps; neither was given.");
        }

        ArgumentOutOfRangeException.ThrowIfLessThan(epochs ?? 1, 1, nameof(epochs));
        ArgumentOutOfRangeException.ThrowIfLessThan(maxSteps ?? 1, 1, nameof(maxSteps));
        Int128 byEpochs = epochs is { } count ? (Int128)count * StepsPerEpoch : long.MaxValue;
        return (long)Int128.Min(byEpochs, maxSteps ?? long.MaxValue);
    }

    /// <summary>The same samples, dealt out by another plan of the same global batch.</summary>
    /// <param name="plan">The plan.</param>
    public BatchSequence With(BatchPlan plan) => new(Count, plan, _dropLast);

    /// <summary>The global batch of an optimizer step.</summary>
    /// <param name="step">The step of the run, from 0.</param>
    public GlobalBatch GlobalBatchOf(long step)
    {
        (long epoch, long stepInEpoch) = Math.DivRem(step, StepsPerEpoch);
        long start = stepInEpoch * Plan.GlobalBatch;
        return new GlobalBatch(epoch, stepInEpoch, start, Math.Min(Plan.GlobalBatch, Count - start), stepInEpoch == StepsPerEpoch - 1);
    }

    /// <summary>
    /// A micro-batch of a global batch. Positions are dealt out accumulation step by accumulation step, and within one replica by replica.
    /// </summary>
    /// <param name="batch">The global batch.</param>
    /// <param name="replica">The replica, from 0 to Replicas - 1.</param>
    /// <param name="accumulationStep">The accumulation step, from 0 to Accumulation - 1.</param>
    /// <returns>The first position in the epoch, and the samples: fewer than the micro-batch, or none, where the global batch is partial.</returns>
    public (long Start, int Samples) MicroBatchOf(in GlobalBatch batch, long replica, long accumulationStep)
    {
        long offset = ((accumulationStep * Plan.Replicas) + replica) * Plan.MicroBatch;
        return (batch.Start + offset, (int)Math.Clamp(batch.Samples - offset, 0, Plan.MicroBatch));
    }

    /// <summary>How many micro-batches of a global batch a replica has samples of: the plan's accumulation but where the global batch is partial.</summary>
    /// <param name="batch">The global batch.</param>
    /// <param name="replica">The replica, from 0 to Replicas - 1.</param>
    public int MicroBatchesOf(in GlobalBatch batch, long replica)
    {
        long afterReplica = batch.Samples - (replica * Plan.MicroBatch);
        return afterReplica <= 0 ? 0 : (int)(((afterReplica - 1) / (Plan.Replicas * Plan.MicroBatch)) + 1);
    }
}
