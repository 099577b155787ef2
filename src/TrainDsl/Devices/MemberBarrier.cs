using System;
using System.Threading;

namespace TrainDsl.Devices;

/// <summary>
/// A barrier for the threads of one group. Unlike <see cref="Barrier"/> it is released for good when a member fails or leaves, and its waiting
/// allocates nothing. Waiters spin briefly, for the steady state in which members arrive within microseconds of each other, and then block: the cores
/// belong to the intra-op threads of the members that still compute.
/// </summary>
internal sealed class MemberBarrier(int members)
{
    private const int Spins = 20;

    private readonly object _gate = new();
    private int _arrived;
    private int _blocked;
    private volatile int _generation;
    private volatile Exception? _failure;
    private int _failedRank;
    private int _leftRank = -1;

    /// <summary>What broke the barrier first, or null.</summary>
    public Exception? Failure => _failure;

    /// <summary>The member that broke the barrier, or -1 when it was cancelled from outside. Meaningful once <see cref="Failure"/> is set.</summary>
    public int FailedRank => _failedRank;

    /// <summary>Arrives at a point that some member may never reach. A failure of any member that has not arrived ends the wait.</summary>
    /// <exception cref="CollectiveAbortedException">A member failed or left.</exception>
    /// <exception cref="OperationCanceledException">The group was cancelled.</exception>
    public void Enter()
    {
        int generation;
        lock (_gate)
        {
            if (_failure is null && _leftRank >= 0)
            {
                BreakForLeaver();
            }

            ThrowIfBroken();
            if (Arrive(out generation))
            {
                return;
            }
        }

        Await(generation, untilFailure: true);
        if (_generation == generation)
        {
            ThrowIfBroken();
        }
    }

    /// <summary>
    /// Arrives at the end of work that every member has begun and is sure to finish. A failure does not end this wait: a member that left early
    /// could free a buffer that others still read.
    /// </summary>
    public void Complete()
    {
        int generation;
        lock (_gate)
        {
            if (Arrive(out generation))
            {
                return;
            }
        }

        Await(generation, untilFailure: false);
    }

    /// <summary>Makes the barrier as new. No member may be waiting in it.</summary>
    public void Renew()
    {
        lock (_gate)
        {
            _arrived = 0;
            _failure = null;
            _leftRank = -1;
        }
    }

    /// <summary>Breaks the barrier for good. The first failure counts; later ones are ignored.</summary>
    /// <param name="rank">The member that failed, or -1 for a cancellation from outside.</param>
    /// <param name="failure">What it failed with.</param>
    /// <returns>Whether <paramref name="failure"/> is the failure that counts.</returns>
    public bool Break(int rank, Exception failure)
    {
        lock (_gate)
        {
            if (_failure is null)
            {
                _failedRank = rank;
                _failure = failure;
                Monitor.PulseAll(_gate);
            }

            return ReferenceEquals(_failure, failure);
        }
    }

    /// <summary>Says that a member will not come again. It breaks the barrier if another waits for it, now or later.</summary>
    public void Leave(int rank)
    {
        lock (_gate)
        {
            _leftRank = rank;
            if (_arrived > 0 && _failure is null)
            {
                BreakForLeaver();
            }
        }
    }

    private void BreakForLeaver() => Break(_leftRank, new InvalidOperationException(
        $"Member {_leftRank} ended while another waited for it in a collective. All members must make the same calls."));

    private bool Arrive(out int generation)
    {
        generation = _generation;
        if (++_arrived < members)
        {
            return false;
        }

        _arrived = 0;
        _generation = generation + 1;
        if (_blocked > 0)
        {
            Monitor.PulseAll(_gate);
        }

        return true;
    }

    private void Await(int generation, bool untilFailure)
    {
        SpinWait spin = default;
        while (spin.Count < Spins)
        {
            if (_generation != generation)
            {
                return;
            }

            spin.SpinOnce(sleep1Threshold: -1);
        }

        lock (_gate)
        {
            _blocked++;
            while (_generation == generation && !(untilFailure && _failure is not null))
            {
                Monitor.Wait(_gate);
            }

            _blocked--;
        }
    }

    private void ThrowIfBroken()
    {
        switch (_failure)
        {
            case null:
                return;
            case OperationCanceledException cancelled when _failedRank < 0:
                throw new OperationCanceledException(cancelled.Message, cancelled, cancelled.CancellationToken);
            default:
                throw new CollectiveAbortedException(
                    $"Replica {_failedRank} failed, so that the other replicas cannot go on: {_failure.Message}", _failedRank, _failure);
        }
    }
}
