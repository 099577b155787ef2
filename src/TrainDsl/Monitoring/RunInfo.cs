using System;
using TrainDsl.Batching;
using TrainDsl.Monitoring;

namespace TrainDsl;

/// <summary>What a run is about to do.</summary>
/// <param name="Name">The training definition's name.</param>
/// <param name="Plan">The plan of its batches.</param>
/// <param name="Device">The device, or devices, it trains on.</param>
/// <param name="ParameterCount">Trainable parameters.</param>
/// <param name="Samples">Samples of the dataset.</param>
/// <param name="StepsPerEpoch">Optimizer steps in one epoch.</param>
/// <param name="TotalSteps">Optimizer steps of the whole run.</param>
/// <param name="FirstStep">The step that the run begins at: above 0 where it is resumed.</param>
public sealed record RunInfo(
    string Name, BatchPlan Plan, string Device, long ParameterCount, long Samples, long StepsPerEpoch, long TotalSteps, long FirstStep)
{
    /// <summary>Epochs of the whole run, a last partial one included.</summary>
    public long Epochs => ((TotalSteps - 1) / StepsPerEpoch) + 1;

    /// <summary>The run in words, on one line.</summary>
    public override string ToString() =>
        $"{Name}: {InWords.Count(ParameterCount, "parameter")} on {Device}, {InWords.Count(Samples, "sample")}, {Plan}, "
        + $"{InWords.Count(TotalSteps, "step")} in {InWords.Epochs(TotalSteps, StepsPerEpoch)}";
}
