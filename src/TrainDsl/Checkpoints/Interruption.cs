using System;
using System.Runtime.InteropServices;
using System.Threading;

namespace TrainDsl.Checkpoints;

/// <summary>
/// While it lives, the first Ctrl-C (SIGINT) or SIGTERM asks the run to stop instead of ending the process; a second one ends it as it would have
/// without.
/// </summary>
internal sealed class Interruption : IDisposable
{
    private readonly PosixSignalRegistration[] _registrations;
    private readonly CancellationTokenSource _stop;
    private readonly Action<string> _tell;
    private int _signals;
    private volatile bool _hasEnded;

    /// <param name="stop">Cancelled to stop the run. It is never disposed: a signal may be on its way while the run ends.</param>
    /// <param name="tell">Told that the run will stop, on a thread of the system's. It does not throw: that would end the process.</param>
    public Interruption(CancellationTokenSource stop, Action<string> tell)
    {
        _stop = stop;
        _tell = tell;
        _registrations = [PosixSignalRegistration.Create(PosixSignal.SIGINT, Handle), PosixSignalRegistration.Create(PosixSignal.SIGTERM, Handle)];
    }

    public void Dispose()
    {
        _hasEnded = true;
        foreach (PosixSignalRegistration registration in _registrations)
        {
            registration.Dispose();
        }
    }

    internal void Handle(PosixSignalContext context)
    {
        // After the end of the run a signal that was on its way does what it does without a run.
        if (_hasEnded || Interlocked.Increment(ref _signals) != 1)
        {
            return;
        }

        context.Cancel = true;
        try
        {
            _stop.Cancel();
        }
        catch (AggregateException)
        {
            // What someone registered to be called then has thrown: the run stops all the same.
        }

        _tell("interrupted: finishing the step and writing a checkpoint. Once more to end at once, without one.");
    }
}
