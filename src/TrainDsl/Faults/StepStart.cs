using System;
using TrainDsl.Checkpoints;
using TrainDsl.Monitoring;
using TrainDsl.Stepping;
using static TorchSharp.torch;

namespace TrainDsl.Faults;

/// <summary>
/// What a step changes before its update: running statistics of the model, and the state of the random numbers. Kept at the start of each step, it lets a
/// step that ran out of memory be repeated as if it had not begun. Keeping the random numbers' state allocates its 5 KB a step.
/// </summary>
internal sealed class StepStart : IDisposable
{
    private readonly BufferCopies _buffers;
    private readonly bool _keepsRandomState;
    private byte[]? _random;
    private bool _isKept;

    /// <param name="model">The replica's model.</param>
    /// <param name="keepsRandomState">Whether this replica keeps the state of the generator, which those of a process share.</param>
    internal StepStart(nn.Module model, bool keepsRandomState)
    {
        _buffers = new BufferCopies(model);
        _keepsRandomState = keepsRandomState;
    }

    /// <summary>Keeps what a step is about to change.</summary>
    internal void Keep()
    {
        _buffers.Keep();
        _random = _keepsRandomState ? RandomState.Capture() : null;
        _isKept = true;
    }

    /// <summary>Brings it back, and takes what the step has added out of the epoch's figures.</summary>
    /// <param name="meter">The replica's figures.</param>
    internal void BringBack(RunMeter meter)
    {
        if (!_isKept || !meter.IsWithinStep)
        {
            return;
        }

        _buffers.BringBack();
        meter.AbandonStep();
        if (_random is not null)
        {
            RandomState.Restore(_random);
        }
    }

    public void Dispose() => _buffers.Dispose();
}
