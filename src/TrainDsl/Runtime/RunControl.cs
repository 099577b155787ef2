using System;
using System.ComponentModel;
using System.Runtime.InteropServices;
using System.Threading;
using TrainDsl.Monitoring;

namespace TrainDsl.Runtime;

/// <summary>
/// What ends a run before its declared end: the caller's token, and, while this lives, the first Ctrl-C (SIGINT) or SIGTERM, after which the step is finished.
/// A second signal ends the process as it would have without, with exit code 130 or 143.
/// </summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class RunControl : IDisposable
{
    private readonly CancellationTokenSource _stop;
    private readonly Notices _notices;
    private readonly bool _writesCheckpoints;
    private readonly PosixSignalRegistration[] _registrations;
    private int _signals;
    private bool _isDisposed;

    /// <summary>Takes over the signals, for a run that writes no checkpoints.</summary>
    /// <param name="options">The run's options.</param>
    /// <param name="cancellationToken">Ends the run after the step it is in.</param>
    public RunControl(TrainingOptions options, CancellationToken cancellationToken)
        : this(NoticesOf(options), writesCheckpoints: false, cancellationToken)
    {
    }

    internal RunControl(Notices notices, bool writesCheckpoints, CancellationToken cancellationToken)
    {
        _notices = notices;
        _writesCheckpoints = writesCheckpoints;
        _stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        StopToken = _stop.Token;
        _registrations = [PosixSignalRegistration.Create(PosixSignal.SIGINT, Handle), PosixSignalRegistration.Create(PosixSignal.SIGTERM, Handle)];
    }

    /// <summary>Cancelled when the run is to end after the step it is in.</summary>
    public CancellationToken StopToken { get; }

    /// <summary>Gives the signals their usual meaning back. A run that was interrupted and keeps nothing says so.</summary>
    public void Dispose()
    {
        if (_isDisposed)
        {
            return;
        }

        _isDisposed = true;
        foreach (PosixSignalRegistration registration in _registrations)
        {
            registration.Dispose();
        }

        _stop.Dispose();
        if (Volatile.Read(ref _signals) > 0 && !_writesCheckpoints)
        {
            _notices.Tell(
                "interrupted: the trained weights are in Model. To go on from such a place another time, declare [Checkpoint(EverySteps = ...)] and run with "
                + "Resume = Resume.Latest.");
        }
    }

    private static Notices NoticesOf(TrainingOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return options.Notices;
    }

    // On a thread of the system's, where an exception would end the process.
    private void Handle(PosixSignalContext context)
    {
        if (Interlocked.Increment(ref _signals) > 1)
        {
            return;
        }

        context.Cancel = true;
        try
        {
            _stop.Cancel();
        }
        catch (Exception e) when (e is ObjectDisposedException or AggregateException)
        {
            // The run ends at this moment, or what it told to stop threw: the token is cancelled either way.
        }

        _notices.Tell(_writesCheckpoints
            ? "interrupted: finishing the step and writing a checkpoint. Once more to end at once, without one."
            : "interrupted: finishing the step. Once more to end at once.");
    }
}
