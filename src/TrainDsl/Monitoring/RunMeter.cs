using System;
using System.Collections.Generic;
using System.Diagnostics;
using TorchSharp;
using TrainDsl.Data;
using TrainDsl.Optimizers;
using TrainDsl.Stepping;
using static TorchSharp.torch;

namespace TrainDsl.Monitoring;

/// <summary>
/// Keeps the figures of a run (step, loss, learning rate, pace) and tells the monitors. It allocates managed memory once an epoch, never once a step.
/// </summary>
public sealed class RunMeter : IDisposable
{
    private readonly IReadOnlyList<ITrainingMonitor> _monitors;
    private readonly GradientScale? _scale;
    private readonly WeightMeter? _weight;
    private readonly BatchLane _lane;
    private readonly List<EpochReport> _epochs = [];
    private readonly ScalarMeter _stepLoss = new();
    private readonly Stopwatch _clock = new();
    private long _samples;
    private double _epochLoss;
    private double _epochWeight;

    /// <param name="info">What the run is about.</param>
    /// <param name="monitors">Who is told.</param>
    /// <param name="lane">Where the loop gets its micro-batches.</param>
    /// <param name="scale">Where the gradient's norm is read, or null where nothing is clipped.</param>
    /// <param name="weight">The weight of the global batch, where losses are sums over it; null where they are means over samples.</param>
    public RunMeter(
        RunInfo info, IReadOnlyList<ITrainingMonitor> monitors, BatchLane lane, GradientScale? scale = null, WeightMeter? weight = null)
    {
        ArgumentNullException.ThrowIfNull(info);
        ArgumentNullException.ThrowIfNull(monitors);
        ArgumentNullException.ThrowIfNull(lane);
        Info = info;
        Step = info.FirstStep;
        _monitors = monitors;
        _lane = lane;
        _scale = scale;
        _weight = weight;
        foreach (ITrainingMonitor monitor in monitors)
        {
            monitor.OnStart(info);
        }

        _clock.Start();
    }

    /// <summary>What the run is about.</summary>
    public RunInfo Info { get; }

    /// <summary>Optimizer steps made so far.</summary>
    public long Step { get; private set; }

    internal GlobalBatch Batch { get; private set; }

    internal double LearningRate { get; private set; }

    internal double Loss => _weight is null ? _stepLoss.Sum : _stepLoss.Sum / _weight.Value;

    internal double GradientNorm => _scale?.Norm ?? double.NaN;

    internal TimeSpan Elapsed => _clock.Elapsed;

    internal double SamplesPerSecond => _samples / Math.Max(_clock.Elapsed.TotalSeconds, 1e-9);

    internal double DataWait => _lane.Waited / TimeSpan.FromTicks(Math.Max(1, _clock.Elapsed.Ticks));

    internal TimeSpan Remaining
    {
        get
        {
            long made = Step - Info.FirstStep;
            return made == 0 ? TimeSpan.Zero : _clock.Elapsed * ((Info.TotalSteps - Step) / (double)made);
        }
    }

    /// <summary>Starts a global batch.</summary>
    public void BeginStep(in GlobalBatch batch)
    {
        Batch = batch;
        _stepLoss.Reset();
    }

    /// <summary>Adds the loss of a micro-batch.</summary>
    /// <param name="loss">A tensor of one element.</param>
    /// <param name="scale">Its weight in the global batch.</param>
    public void AddLoss(Tensor loss, double scale) => _stepLoss.Add(loss, scale);

    /// <summary>Ends an optimizer step.</summary>
    /// <param name="learningRate">The learning rate that it used.</param>
    /// <returns>What it did, for the monitors and the definition's own hook.</returns>
    public StepReport EndStep(double learningRate)
    {
        Step++;
        LearningRate = learningRate;
        _samples += Batch.Samples;
        double weight = _weight?.Value ?? Batch.Samples;
        _epochWeight += weight;
        _epochLoss += _weight is null ? _stepLoss.Sum * weight : _stepLoss.Sum;
        var report = new StepReport(this);
        foreach (ITrainingMonitor monitor in _monitors)
        {
            monitor.OnStep(in report);
        }

        return report;
    }

    /// <summary>Stops the clock while the loop does something other than train.</summary>
    public void Pause() => _clock.Stop();

    /// <summary>Ends an epoch and starts the clock again.</summary>
    /// <param name="validation">The validation result, or null where there is none.</param>
    /// <returns>What the epoch did, for the monitors and the definition's own hook.</returns>
    public EpochReport EndEpoch(EvaluationResult? validation)
    {
        var report = new EpochReport(Batch.Epoch, Step, _epochLoss / _epochWeight, validation, _clock.Elapsed);
        _epochLoss = 0.0;
        _epochWeight = 0.0;
        _epochs.Add(report);
        foreach (ITrainingMonitor monitor in _monitors)
        {
            monitor.OnEpoch(report);
        }

        _clock.Start();
        return report;
    }

    /// <summary>Ends the run.</summary>
    /// <returns>How it ended.</returns>
    public TrainingResult EndRun()
    {
        _clock.Stop();
        var result = new TrainingResult(
            Info.Plan, Step, _samples, Step == Info.TotalSteps, _samples == 0 ? double.NaN : Loss, _epochs, _clock.Elapsed);
        foreach (ITrainingMonitor monitor in _monitors)
        {
            monitor.OnEnd(result);
        }

        return result;
    }

    /// <summary>Releases the loss.</summary>
    public void Dispose() => _stepLoss.Dispose();
}
