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

    /// <param name="stop">Cancelled to stop the run.</param>
    /// <param name="tell">Told that the run will stop, on a thread of the system's.</param>
    public Interruption(CancellationTokenSource stop, Action<string> tell)
    {
        _stop = stop;
        _tell = tell;
        _registrations = [PosixSignalRegistration.Create(PosixSignal.SIGINT, Handle), PosixSignalRegistration.Create(PosixSignal.SIGTERM, Handle)];
    }

    public void Dispose()
    {
        foreach (PosixSignalRegistration registration in _registrations)
        {
            registration.Dispose();
        }
    }

    private void Handle(PosixSignalContext context)
    {
        if (Interlocked.Increment(ref _signals) == 1)
        {
            context.Cancel = true;
            _stop.Cancel();
            _tell("interrupted: finishing the step and writing a checkpoint. Once more to end at once, without one.");
        }
    }
}
