using System;
using System.Collections.Generic;
using System.ComponentModel;
using System.Diagnostics;
using System.Linq;
using System.Runtime.ExceptionServices;
using TorchSharp;
using TrainDsl.Batching;
using TrainDsl.Data;
using TrainDsl.Devices;
using TrainDsl.Native;
using TrainDsl.Optimizers;
using TrainDsl.Parameters;
using TrainDsl.Stepping;
using static TorchSharp.torch;

namespace TrainDsl.Monitoring;

/// <summary>
/// Keeps the figures of a run (step, loss, learning rate, pace) and tells the monitors. It allocates managed memory once an epoch, never once a step.
/// </summary>
public sealed class RunMeter : IDisposable
{
    private readonly ITrainingMonitor[] _monitors;
    private BatchLane _lane;
    private readonly ICollective? _members;
    private readonly List<EpochReport> _epochs = [];
    private readonly ScalarMeter _stepLoss = new();
    private readonly ScalarMeter _stepWeight = new();
    private readonly ScalarMeter _epochLoss = new();
    private readonly ScalarMeter _epochWeight = new();
    private readonly Stopwatch _clock = new();
    private GradientScale? _scale;
    private GroupLoss _groupLoss;
    private long _samples;
    private bool _ended;
    private double _meanWeight;
    private double _epochMeanWeight;
    private double _keptMeanWeight;
    private EpochSums _keptGroupSums;
    private bool _leavesOutStep;
    private EpochSums? _pendingSums;
    private double _resumedLoss = double.NaN;

    /// <param name="info">What the run is about.</param>
    /// <param name="monitors">Who is told.</param>
    /// <param name="lane">Where the loop gets its micro-batches.</param>
    /// <param name="members">The replica's member of the group, or null where there is one replica.</param>
    internal RunMeter(RunInfo info, IReadOnlyList<ITrainingMonitor> monitors, BatchLane lane, ICollective? members)
    {
        Info = info;
        Step = info.FirstStep;
        _monitors = [.. monitors];
        _lane = lane;
        _members = members;
        StartMonitors();
        _clock.Start();
    }

    /// <summary>What the run is about.</summary>
    public RunInfo Info { get; private set; }

    /// <summary>Optimizer steps made so far.</summary>
    public long Step { get; private set; }

    /// <summary>What the run says in words.</summary>
    internal Notices Notices { get; init; } = Notices.None;

    internal GlobalBatch Batch { get; private set; }

    /// <summary>The losses of the step's micro-batches, each times its weight. Reading it waits for the device.</summary>
    internal double LossSum => _stepLoss.Sum;

    /// <summary>The weight that they stand for. Reading it waits for the device.</summary>
    internal double LossWeight => _meanWeight + _stepWeight.Sum;

    /// <summary>Whether <see cref="LeaveOutStep"/> may be called, for which the epoch's sums are kept at each step.</summary>
    internal bool CanLeaveOutSteps { get; set; }

    /// <summary>Whether a step has begun that has not ended.</summary>
    internal bool IsWithinStep { get; private set; }

    /// <summary>
    /// Whether the last step ended an epoch whose end is not over: until its report has been handed on and <see cref="SettleEpoch"/> called. A run that is
    /// resumed in between ends the epoch first.
    /// </summary>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public bool EpochIsPending { get; internal set; }

    /// <summary>The epochs that have ended, those before a resume included.</summary>
    internal IReadOnlyList<EpochReport> Epochs => _epochs;

    /// <summary>The mean loss of the last global batch; NaN if there is none, or a step has begun since.</summary>
    internal double LastLoss => IsWithinStep ? double.NaN : _samples == 0 ? _resumedLoss : Loss;

    /// <summary>The best checkpoint, for the run's result.</summary>
    internal BestCheckpoint? BestCheckpoint { get; set; }

    /// <summary>Why the last checkpoint was not written, for the run's result.</summary>
    internal Exception? CheckpointFailure { get; set; }

    /// <summary>What the step's losses that are means weigh in the epoch's mean.</summary>
    internal double StepMeanWeight => _meanWeight * Batch.Samples;

    /// <summary>What is called first where the run ends as it should; null for nothing.</summary>
    internal Action? Ending { get; set; }

    /// <summary>What is called at the start of each step; null for nothing.</summary>
    internal Action? StepStarting { get; set; }

    /// <summary>What is called at the end of each epoch, when all replicas have come to it; null for nothing.</summary>
    internal Action? EpochEnding { get; set; }

    /// <summary>What is called first where a run ends without <see cref="EndRun"/>, because something threw.</summary>
    internal Action? Failing { get; set; }

    /// <summary>What the epoch has come to so far. Reading it waits for the device.</summary>
    internal EpochSums EpochSums
    {
        get => EpochIsPending && _pendingSums is { } pending ? pending : CurrentSums;
        set
        {
            _groupLoss.Sums = value;
            _epochMeanWeight = value.MeanWeight;
            Restart(_epochLoss, value.Loss);
            Restart(_epochWeight, value.SumWeight);
        }
    }

    // Whether the last step ended an epoch, or the part of one that the run ends in.
    private bool EndsEpoch => Step % Info.StepsPerEpoch == 0 || Step == Info.TotalSteps;

    private EpochSums CurrentSums => _members is null ? new(_epochLoss.Sum, _epochMeanWeight, _epochWeight.Sum) : _groupLoss.Sums;

    internal double LearningRate { get; private set; }

    internal double Loss => _members is null ? Mean(LossSum, LossWeight) : _groupLoss.OfStep;

    internal double GradientNorm => _scale?.Norm ?? (AskedNorm is { IsMeasured: true } norm ? TensorMemory.Item(norm.Value.Handle) : double.NaN);

    /// <summary>The gradient's norm where nothing is clipped and somebody asks for it; null otherwise.</summary>
    internal GradientNorm? AskedNorm { get; set; }

    internal TimeSpan Elapsed => _clock.Elapsed;

    internal double SamplesPerSecond => _samples / Math.Max(_clock.Elapsed.TotalSeconds, 1e-9);

    internal double DataWait => _lane.Waited / TimeSpan.FromTicks(Math.Max(1, _clock.Elapsed.Ticks));

    internal TimeSpan Remaining
    {
        get
        {
            long made = Step - Info.FirstStep;
            double seconds = made == 0 ? 0.0 : _clock.Elapsed.TotalSeconds * ((Info.TotalSteps - Step) / (double)made);
            return seconds < TimeSpan.MaxValue.TotalSeconds ? TimeSpan.FromSeconds(seconds) : TimeSpan.MaxValue;
        }
    }

    /// <summary>Says where the gradient's norm is read: where the loop clips it.</summary>
    /// <param name="scale">The scale of the gradients.</param>
    public void ReadNormFrom(GradientScale scale) => _scale = scale;

    /// <summary>Starts a global batch.</summary>
    public void BeginStep(in GlobalBatch batch)
    {
        Batch = batch;
        IsWithinStep = true;
        StepStarting?.Invoke();
        if (CanLeaveOutSteps || StepStarting is not null)
        {
            KeepSums();
        }

        _stepLoss.Reset();
        _stepWeight.Reset();
        _meanWeight = 0.0;
    }

    /// <summary>Adds the loss of a micro-batch that is a mean over its samples.</summary>
    /// <param name="mean">A tensor of one element.</param>
    /// <param name="share">The micro-batch's share of the global batch's samples, above 0 and at most 1.</param>
    public void AddLoss(Tensor mean, double share)
    {
        _stepLoss.Add(mean, share);
        _epochLoss.Add(mean, share * Batch.Samples);
        _meanWeight += share;
        _epochMeanWeight += share * Batch.Samples;
    }

    /// <summary>Adds the loss of a micro-batch that is a sum with its own weight.</summary>
    /// <param name="loss">The sum and its weight.</param>
    public void AddLoss(WeightedSum loss)
    {
        _stepLoss.Add(loss.Sum, 1.0);
        _stepWeight.Add(loss.Weight, 1.0);
        _epochLoss.Add(loss.Sum, 1.0);
        _epochWeight.Add(loss.Weight, 1.0);
    }

    /// <summary>The mean of losses; 0 for a weight of 0, which taught nothing.</summary>
    internal static double Mean(double sum, double weight) => weight == 0.0 ? 0.0 * sum : sum / weight;

    /// <summary>Takes the step's losses out of the epoch's mean: one that is not a number would leave nothing else of it.</summary>
    internal void LeaveOutStep() => _leavesOutStep = true;

    /// <summary>Adds up on the device, from where no sum is read at each step.</summary>
    internal void SumOnDevice()
    {
        foreach (ScalarMeter meter in (ScalarMeter[])[_stepLoss, _stepWeight, _epochLoss, _epochWeight])
        {
            meter.OnDevice = true;
        }
    }

    /// <summary>Puts the sum of the step's losses in a float64 scalar, without waiting for the device.</summary>
    internal void CopyLossSumTo(Tensor scalar) => _stepLoss.CopyTo(scalar);

    /// <summary>Keeps the epoch's sums as they are, without waiting for the device.</summary>
    internal void KeepSums()
    {
        _epochLoss.Keep();
        _epochWeight.Keep();
        _keptMeanWeight = _epochMeanWeight;
        _keptGroupSums = _groupLoss.Sums;
    }

    /// <summary>Brings the epoch's sums back to what was kept, unless a bool scalar on the device says that all is finite.</summary>
    internal void BringBackSumsUnless(Tensor finite)
    {
        _epochLoss.BringBackUnless(finite);
        _epochWeight.BringBackUnless(finite);
    }

    /// <summary>Takes the weight of a step whose losses were brought back out of the epoch's mean.</summary>
    internal void LeaveOut(double meanWeight) => _epochMeanWeight -= meanWeight;

    /// <summary>Takes the samples of a step that taught nothing out of the run's.</summary>
    internal void TakeBack(long samples) => _samples -= samples;

    /// <summary>Takes the run back to the start of a step, since which no weight has changed; random numbers have been drawn since.</summary>
    internal void RewindTo(long step)
    {
        Step = step;
        IsWithinStep = true;
        EpochIsPending = false;
    }

    /// <summary>The step has not ended, and is to begin again: its losses are taken out of the epoch's mean.</summary>
    internal void AbandonStep()
    {
        BringBackSums();
        IsWithinStep = false;
        _leavesOutStep = false;
    }

    /// <summary>The run goes on with another plan of the same global batch.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="lane">Where the loop gets its micro-batches from here on.</param>
    internal void GoOnWith(BatchPlan plan, BatchLane lane)
    {
        Info = Info with { Plan = plan };
        _lane = lane;
    }

    /// <summary>Ends an optimizer step. Of several replicas, each calls it: their losses are summed.</summary>
    /// <param name="learningRate">The learning rate that it used.</param>
    /// <returns>What it did, for the monitors and the definition's own hook.</returns>
    public StepReport EndStep(double learningRate)
    {
        if (_members is not null)
        {
            _groupLoss.Add(_members, _stepLoss.Sum, _meanWeight, _stepWeight.Sum, Batch.Samples);
        }

        if (_leavesOutStep)
        {
            BringBackSums();
            _leavesOutStep = false;
        }

        Step++;
        IsWithinStep = false;
        EpochIsPending = EndsEpoch;
        _pendingSums = null;
        LearningRate = learningRate;
        _samples += Batch.Samples;
        var report = new StepReport(this);
        foreach (ITrainingMonitor monitor in _monitors)
        {
            monitor.OnStep(in report);
        }

        return report;
    }

    /// <summary>Stops the clock while the loop does something other than train.</summary>
    public void Pause() => _clock.Stop();

    /// <summary>
    /// Ends an epoch, or the part of one with which the run ends, and starts the clock again. Of several replicas, each calls it, and it waits for all: none
    /// draws random numbers while another evaluates.
    /// </summary>
    /// <param name="validation">The validation result, or null where there is none.</param>
    /// <returns>What the epoch did, for the monitors and the definition's own hook.</returns>
    public EpochReport EndEpoch(EvaluationResult? validation)
    {
        _members?.Barrier();
        if (EpochEnding is not null)
        {
            EpochEnding();
        }

        _members?.Barrier();
        EpochSums sums = CurrentSums;
        _pendingSums = sums;
        bool isWhole = Step % Info.StepsPerEpoch == 0;
        double loss = Mean(sums.Loss, sums.MeanWeight + sums.SumWeight);
        var report = new EpochReport(((Step - 1) / Info.StepsPerEpoch) + 1, Step, loss, validation, _clock.Elapsed) { IsPartial = !isWhole };
        if (isWhole)
        {
            // A longer run that goes on from a part of an epoch goes on adding to it.
            _epochLoss.Reset();
            _epochWeight.Reset();
            _epochMeanWeight = 0.0;
            _groupLoss.Sums = default;
        }

        _epochs.Add(report);
        foreach (ITrainingMonitor monitor in _monitors)
        {
            monitor.OnEpoch(report);
        }

        _clock.Start();
        return report;
    }

    /// <summary>The end of the epoch is over, if the last step ended one.</summary>
    internal void SettleEpoch()
    {
        EpochIsPending = false;
        _pendingSums = null;
    }

    /// <summary>Goes on with the figures of a run that was interrupted.</summary>
    /// <param name="sums">The sums of the epoch.</param>
    /// <param name="isPending">Whether the epoch's last step is done, and its end is not.</param>
    /// <param name="epochs">The epochs that have ended.</param>
    /// <param name="lastLoss">The mean loss of the last global batch.</param>
    internal void GoOnFrom(EpochSums sums, bool isPending, IReadOnlyList<EpochReport> epochs, double lastLoss)
    {
        EpochSums = sums;
        EpochIsPending = isPending && EndsEpoch;

        // What a shorter run was told of its last epoch's part is no epoch of a longer one.
        _epochs.AddRange(epochs.Where(epoch => !epoch.IsPartial || epoch.Step == Info.TotalSteps));
        _resumedLoss = lastLoss;
    }

    /// <summary>Ends the run.</summary>
    /// <returns>How it ended.</returns>
    public TrainingResult EndRun()
    {
        Ending?.Invoke();
        TrainingResult result = Stop(LastLoss);
        TellOfEnd(_monitors, result)?.Throw();
        return result;
    }

    /// <summary>Releases the sums. A run that has not ended, because something threw, ends for the monitors here.</summary>
    public void Dispose()
    {
        if (!_ended)
        {
            Failing?.Invoke();
            EndAfterFailure(_monitors);
        }

        _stepLoss.Dispose();
        _stepWeight.Dispose();
        _epochLoss.Dispose();
        _epochWeight.Dispose();
    }

    private void BringBackSums()
    {
        _epochLoss.BringBack();
        _epochWeight.BringBack();
        _epochMeanWeight = _keptMeanWeight;
        _groupLoss.Sums = _keptGroupSums;
    }

    private static void Restart(ScalarMeter meter, double sum)
    {
        // Added to nothing in float64, the sum keeps its bits.
        using Tensor value = tensor(sum, ScalarType.Float64);
        meter.Reset();
        meter.Add(value, 1.0);
    }

    private void StartMonitors()
    {
        int started = 0;
        try
        {
            foreach (ITrainingMonitor monitor in _monitors)
            {
                monitor.OnStart(Info);
                started++;
            }
        }
        catch
        {
            EndAfterFailure(_monitors.AsSpan(0, started));
            throw;
        }
    }

    // The loss is left out: the device may be what failed. What ended the run is what the caller is to see, not what a monitor throws at its end.
    private void EndAfterFailure(ReadOnlySpan<ITrainingMonitor> monitors) => TellOfEnd(monitors, Stop(double.NaN));

    // Every monitor hears of the end, whatever one of them throws; the first failure is handed back.
    private static ExceptionDispatchInfo? TellOfEnd(ReadOnlySpan<ITrainingMonitor> monitors, TrainingResult result)
    {
        ExceptionDispatchInfo? failure = null;
        foreach (ITrainingMonitor monitor in monitors)
        {
            try
            {
                monitor.OnEnd(result);
            }
            catch (Exception exception)
            {
                failure ??= ExceptionDispatchInfo.Capture(exception);
            }
        }

        return failure;
    }

    private TrainingResult Stop(double finalLoss)
    {
        _ended = true;
        _clock.Stop();
        return new TrainingResult(Info.Plan, Step, _samples, Step == Info.TotalSteps, finalLoss, _epochs, _clock.Elapsed)
        {
            BestCheckpoint = BestCheckpoint,
            CheckpointFailure = CheckpointFailure,
        };
    }
}
