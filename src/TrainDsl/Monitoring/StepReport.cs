using System;
using TrainDsl.Monitoring;

namespace TrainDsl;

/// <summary>What one optimizer step did. It costs nothing that is not read.</summary>
public readonly ref struct StepReport
{
    private readonly RunMeter _meter;

    internal StepReport(RunMeter meter) => _meter = meter;

    /// <summary>Optimizer steps made so far, from 1.</summary>
    public long Step => _meter.Step;

    /// <summary>Optimizer steps of the whole run.</summary>
    public long TotalSteps => _meter.Info.TotalSteps;

    /// <summary>The epoch that the step belongs to, from 1.</summary>
    public long Epoch => _meter.Batch.Epoch + 1;

    /// <summary>Whether the step is the last of its epoch.</summary>
    public bool EndsEpoch => _meter.Batch.EndsEpoch;

    /// <summary>Samples that the step learned from: the global batch, or fewer at the end of an epoch.</summary>
    public long Samples => _meter.Batch.Samples;

    /// <summary>The learning rate that the step used.</summary>
    public double LearningRate => _meter.LearningRate;

    /// <summary>The mean loss over the global batch. Reading it waits for the device.</summary>
    public double Loss => _meter.Loss;

    /// <summary>
    /// The L2 norm of the gradient before clipping. Without <c>[ClipGradNorm]</c> it is NaN unless a monitor asks for it (<see cref="ITrainingMonitor.ReadsGradientNorm"/>)
    /// or the options do (<see cref="TrainingOptions.MeasureGradientNorm"/>), and where the update was left out. Reading it waits for the device.
    /// </summary>
    public double GradientNorm => _meter.GradientNorm;

    /// <summary>Samples per second since the start of the run, evaluation left out.</summary>
    public double SamplesPerSecond => _meter.SamplesPerSecond;

    /// <summary>The share of the time since the start of the run in which the loop waited for data, 0 to 1.</summary>
    public double DataWait => _meter.DataWait;

    /// <summary>Time since the start of the run, evaluation left out.</summary>
    public TimeSpan Elapsed => _meter.Elapsed;

    /// <summary>The time that the rest of the run takes at the pace so far.</summary>
    public TimeSpan Remaining => _meter.Remaining;

    /// <summary>What the run is about.</summary>
    public RunInfo Run => _meter.Info;

    /// <summary>The step in words, on one line. Waits for the device.</summary>
    public override string ToString() =>
        $"step {InWords.Number(Step)} of {InWords.Number(TotalSteps)}, epoch {InWords.Number(Epoch)}: loss {InWords.Value(Loss)}, "
        + $"learning rate {InWords.LearningRate(LearningRate)}";
}
