using System;
using TrainDsl.Data;
using TrainDsl.Monitoring;
using TrainDsl.Optimizers;
using TrainDsl.Parameters;
using TrainDsl.Stepping;

namespace TrainDsl.Faults;

/// <summary>
/// Finds NaN and infinity without waiting for the device: the update is left out there, and the host hears of it some steps later, at the latest after
/// <see cref="UpdateGate.Depth"/> of them, at the end of an epoch, or before a checkpoint.
/// </summary>
internal sealed class DeferredCheck : IDisposable
{
    private readonly NonFiniteAction _action;
    private readonly FlatParameters _parameters;
    private readonly UpdateGate _gate;
    private readonly RunMeter _meter;
    private readonly BufferCopies _buffers;
    private readonly GradientScale? _scale;
    private readonly (long Step, double MeanWeight, long Samples)[] _steps = new (long, double, long)[UpdateGate.Depth];
    private long? _failedStep;
    private bool _hasFailed;

    internal DeferredCheck(NonFiniteAction action, FlatParameters parameters, RunMeter meter, BufferCopies buffers, GradientScale? scale)
    {
        _scale = scale;
        _action = action;
        _parameters = parameters;
        _gate = parameters.Gate ??= new UpdateGate(parameters.Buffers[0].Values.device);
        _gate.LeavingOut = Notice;
        _meter = meter;
        _buffers = buffers;
        meter.SumOnDevice();
    }

    /// <summary>Steps whose update was left out, as far as they are known of.</summary>
    internal long Skipped { get; private set; }

    /// <summary>Queues the check of the step.</summary>
    /// <param name="failedStep">The step that the run is to stop for; null where it goes on.</param>
    /// <returns>Whether the update is to be queued.</returns>
    internal bool Allows(out long? failedStep)
    {
        _meter.CopyLossSumTo(_gate.Loss);

        // A weight that is none makes the mean none, too.
        _scale?.DivideLoss(_gate.Loss);
        _gate.Check(_parameters, staysRaised: _action == NonFiniteAction.Stop);
        _buffers.BringBackUnless(_gate.Finite);
        _meter.BringBackSumsUnless(_gate.Finite);
        _gate.Read(toTheEnd: _meter.Batch.EndsEpoch || _failedStep is not null);
        failedStep = Settle(withinStep: true);
        if (failedStep is not null)
        {
            return false;
        }

        // The end of an epoch reports it, for which the device is waited for anyway.
        if (_meter.Batch.EndsEpoch && _gate.IsRaised)
        {
            _meter.LeaveOut(_meter.StepMeanWeight);
            if (_action == NonFiniteAction.Stop)
            {
                _hasFailed = true;
                failedStep = _meter.Step;
            }
            else
            {
                Skipped++;
                NonFiniteGuard.TellOfSkip(_meter, _meter.Step, Skipped);
            }

            return false;
        }

        _gate.MakeRoom();
        _steps[_gate.Sent % UpdateGate.Depth] = (_meter.Step, _meter.StepMeanWeight, _meter.Batch.Samples);
        _gate.Send();
        return true;
    }

    /// <summary>Waits until it is known of every step so far whether its update was made.</summary>
    /// <returns>The step that the run is to stop for, to whose start the run's figures were taken back; null where it goes on.</returns>
    internal long? Settle() => Settle(withinStep: false);

    public void Dispose()
    {
        _gate.Read(toTheEnd: true);
        _gate.LeavingOut = null;
    }

    private long? Settle(bool withinStep)
    {
        if (!withinStep || _failedStep is not null)
        {
            _gate.Read(toTheEnd: true);
        }

        if (_failedStep is not { } step || _hasFailed)
        {
            return null;
        }

        _hasFailed = true;
        if (withinStep)
        {
            _meter.LeaveOut(_meter.StepMeanWeight);
        }

        _meter.RewindTo(step);
        return step;
    }

    private void Notice(long update)
    {
        (long step, double meanWeight, long samples) = _steps[update % UpdateGate.Depth];
        _meter.LeaveOut(meanWeight);
        if (_action == NonFiniteAction.Skip)
        {
            Skipped++;
            NonFiniteGuard.TellOfSkip(_meter, step, Skipped);
            return;
        }

        // The first one is the cause; those after it were left out because of it.
        _failedStep ??= step;
        _meter.TakeBack(samples);
    }
}
