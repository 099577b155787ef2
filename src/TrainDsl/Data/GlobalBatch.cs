namespace TrainDsl.Data;

/// <summary>The samples that one optimizer step learns from.</summary>
/// <param name="Epoch">The epoch, from 0.</param>
/// <param name="StepInEpoch">The step in the epoch, from 0.</param>
/// <param name="Start">Its first position in the epoch.</param>
/// <param name="Samples">Its samples: the plan's global batch, or fewer at the end of an epoch.</param>
/// <param name="EndsEpoch">Whether it is the last of its epoch.</param>
public readonly record struct GlobalBatch(long Epoch, long StepInEpoch, long Start, long Samples, bool EndsEpoch);
