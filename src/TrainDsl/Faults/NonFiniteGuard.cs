using System;
using System.Linq;
using System.Numerics;
using TrainDsl.Data;
using TrainDsl.Devices;
using TrainDsl.Monitoring;
using TrainDsl.Native;
using TrainDsl.Optimizers;
using TrainDsl.Parameters;
using TrainDsl.Stepping;
using static TorchSharp.torch;

namespace TrainDsl.Faults;

/// <summary>
/// Finds NaN and infinity in the loss and the gradient of a global batch before the weights are updated with them. On the CPU all that is read is in
/// host memory. On another device nothing is read in time: the update is left out there, and the host hears of it up to eight steps later, at the latest
/// at the end of the epoch or before a checkpoint. Of several replicas each step's exchange waits for the device anyway, and so does the check.
/// Allocates no managed memory where all is well.
/// </summary>
/// <remarks>
/// The norm of the gradient is taken, unless it is there already because the gradient is clipped or a monitor asks for it: one pass that reads it. It is not finite where
/// an element is not, and where it overflows: then every element is looked at. Losses that state their weight are not finite where their sum, their weight or the quotient is not.
/// </remarks>
public sealed class NonFiniteGuard : IDisposable
{
    private readonly NonFiniteAction _action;
    private readonly FlatParameters _parameters;
    private readonly BatchSequence _sequence;
    private readonly SampleOrder _order;
    private readonly RunMeter _meter;
    private readonly GradientScale? _scale;
    private readonly BufferCopies _buffers;
    private readonly DeferredCheck? _deferred;
    private readonly GradientNorm _norm = null!;
    private long _skipped;

    /// <param name="action">What happens where a loss or gradient is not finite.</param>
    /// <param name="model">The model, whose buffers (running statistics) are brought back where a step is not finite.</param>
    /// <param name="parameters">The parameters whose gradients are checked.</param>
    /// <param name="sequence">Which positions each global batch holds.</param>
    /// <param name="order">Which sample each position is.</param>
    /// <param name="meter">The run's figures, to which the losses are added.</param>
    /// <param name="scale">What the gradients are divided by, where they are clipped or the loss states its weight; null for 1.</param>
    public NonFiniteGuard(
        NonFiniteAction action,
        nn.Module model,
        FlatParameters parameters,
        BatchSequence sequence,
        SampleOrder order,
        RunMeter meter,
        GradientScale? scale = null)
        : this(action, model, parameters, sequence, order, meter, scale, onDevice: IsOnDevice(parameters))
    {
    }

    /// <param name="action">What happens where a loss or gradient is not finite.</param>
    /// <param name="model">The model.</param>
    /// <param name="parameters">The parameters whose gradients are checked.</param>
    /// <param name="sequence">Which positions each global batch holds.</param>
    /// <param name="order">Which sample each position is.</param>
    /// <param name="meter">The run's figures.</param>
    /// <param name="scale">What the gradients are divided by, where they are clipped or the loss states its weight; null for 1.</param>
    /// <param name="onDevice">Whether to check as on a device that is not waited for, which works on the CPU too.</param>
    internal NonFiniteGuard(
        NonFiniteAction action,
        nn.Module model,
        FlatParameters parameters,
        BatchSequence sequence,
        SampleOrder order,
        RunMeter meter,
        GradientScale? scale,
        bool onDevice)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(parameters);
        ArgumentNullException.ThrowIfNull(sequence);
        ArgumentNullException.ThrowIfNull(meter);
        _action = action;
        _parameters = parameters;
        _sequence = sequence;
        _order = order;
        _meter = meter;
        _scale = scale;
        _buffers = new BufferCopies(model);

        if (onDevice && parameters.Members is null)
        {
            _deferred = new DeferredCheck(action, parameters, meter, _buffers, scale);
            meter.Ending = ThrowIfFailed;
            return;
        }

        // The one that a monitor asks for, where one does.
        _norm = parameters.Norm ??= new GradientNorm(parameters);
        meter.CanLeaveOutSteps = action == NonFiniteAction.Skip;
    }

    /// <summary>Steps whose update was left out so far, those before a resume included.</summary>
    public long Skipped => _skipped + (_deferred?.Skipped ?? 0);

    /// <summary>Starts a global batch: keeps the model's buffers as they are before it, since a value that is not finite would stay in running
    /// statistics for good.</summary>
    public void BeginStep()
    {
        _buffers.Keep();
        if (_deferred is not null)
        {
            _meter.KeepSums();
        }
    }

    /// <summary>Checks the loss and gradient of the step. To be called after clipping and before the update.</summary>
    /// <returns>Whether the update is to be made; false where it is to be left out.</returns>
    /// <exception cref="NonFiniteException">The loss or gradient is not finite, and the run is to stop.</exception>
    public bool Allows()
    {
        if (_deferred is not null)
        {
            bool allows = _deferred.Allows(out long? failedStep);
            return failedStep is null ? allows : throw FailureOf(failedStep.Value, "The loss or gradient");
        }

        bool lossIsFinite = LossIsFinite();
        if (GradientIsFinite() && lossIsFinite)
        {
            return true;
        }

        _buffers.BringBack();
        if (_action == NonFiniteAction.Stop)
        {
            throw FailureOf(_meter.Step, lossIsFinite ? "The gradient" : "The loss");
        }

        _skipped++;
        TellOfSkip(_meter, _meter.Step, _skipped);
        if (_meter.CanLeaveOutSteps)
        {
            _meter.LeaveOutStep();
        }

        return false;
    }

    /// <summary>Goes on counting.</summary>
    internal void Restore(long skipped) => _skipped = skipped;

    /// <summary>
    /// Waits until it is known of every step so far whether its update was made. Where the run is to stop, its figures are taken back to the step that it is
    /// to stop for, before which the weights are.
    /// </summary>
    /// <returns>What the run is to stop with; null where it goes on.</returns>
    internal NonFiniteException? Settle() => _deferred?.Settle() is { } step ? FailureOf(step, "The loss or gradient") : null;

    /// <summary>Releases the copies of the buffers.</summary>
    public void Dispose()
    {
        _deferred?.Dispose();
        _buffers.Dispose();
    }

    /// <summary>Says that a step was left out: the first, the second, the fourth and so on, so that a run that skips much is not all words.</summary>
    internal static void TellOfSkip(RunMeter meter, long step, long skipped)
    {
        if (BitOperations.IsPow2(skipped))
        {
            meter.Notices.Warn(
                $"the update of step {step + 1} was left out: its loss or gradient is not finite. "
                + (skipped == 1 ? "It is the first." : $"Left out so far: {skipped}."));
        }
    }

    private static bool IsOnDevice(FlatParameters parameters)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        return parameters.Buffers[0].Values.device.type != TorchSharp.DeviceType.CPU;
    }

    private void ThrowIfFailed()
    {
        if (Settle() is { } failure)
        {
            throw failure;
        }
    }

    private NonFiniteException FailureOf(long step, string what) => new(what, step, SamplesOf(_sequence.GlobalBatchOf(step)));

    // Of several replicas each has its own losses: all decide alike.
    private unsafe bool LossIsFinite()
    {
        double* sums = stackalloc double[] { _meter.LossSum, _meter.LossWeight };
        _parameters.Members?.AllReduce(sums, 2, ElementType.Float64);
        return double.IsFinite(sums[0]) && double.IsFinite(sums[1]) && double.IsFinite(RunMeter.Mean(sums[0], sums[1]));
    }

    private bool GradientIsFinite()
    {
        if (_scale is not { HasNorm: true })
        {
            _norm.Measure(_scale?.Divisor);
        }

        // All replicas have the same norm, and go on alike.
        double norm = _scale is { HasNorm: true } ? _scale.Norm : TensorMemory.Item(_norm.Value.Handle);
        if (norm <= float.MaxValue)
        {
            return true;
        }

        bool isFinite = GradientScale.AllFinite(_parameters, _scale);
        return (_parameters.Members?.AllReduce(isFinite ? 0.0 : 1.0) ?? (isFinite ? 0.0 : 1.0)) == 0.0;
    }

    private long[] SamplesOf(GlobalBatch batch)
    {
        long[] samples = new long[batch.Samples];
        for (long i = 0; i < samples.Length; i++)
        {
            samples[i] = _order[batch.Epoch, batch.Start + i];
        }

        return samples;
    }
}
