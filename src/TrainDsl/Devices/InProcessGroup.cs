using System;
using System.Runtime.InteropServices;

namespace TrainDsl.Devices;

/// <summary>A group whose members are threads of this process, each with a buffer of its own or all with one buffer.</summary>
internal sealed unsafe class InProcessGroup
{
    private readonly InProcessCollective[] _members;
    private readonly MemberBarrier _barrier;

    // Two sets, used in turn: a member may announce its next call while a slower one still reads this one's announcements. It cannot
    // announce the call after that before the slower one has arrived at the next call.
    private readonly Announcement[] _announcements;

    /// <summary>Makes a group.</summary>
    /// <param name="size">The number of members, 1 or more.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="size"/> is below 1.</exception>
    public InProcessGroup(int size)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(size, 1);
        _barrier = new MemberBarrier(size);
        _announcements = new Announcement[2 * size];
        _members = new InProcessCollective[size];
        for (int rank = 0; rank < size; rank++)
        {
            _members[rank] = new InProcessCollective(this, rank);
        }
    }

    /// <summary>The number of members.</summary>
    public int Size => _members.Length;

    /// <summary>What broke the group first, or null while it is whole.</summary>
    public Exception? Failure => _barrier.Failure;

    /// <summary>The member that broke the group, or -1 when it was cancelled. Meaningful once <see cref="Failure"/> is set.</summary>
    public int FailedRank => _barrier.FailedRank;

    /// <summary>A member, for the thread that plays it.</summary>
    public InProcessCollective this[int rank] => _members[rank];

    /// <summary>
    /// Says that a member failed. All others, waiting in a collective or calling the next one, get a <see cref="CollectiveAbortedException"/>. The
    /// first failure counts; the group cannot be used again.
    /// </summary>
    /// <returns>Whether this failure is the one that broke the group.</returns>
    public bool Abort(int rank, Exception failure) => _barrier.Break(rank, failure);

    /// <summary>Ends the group from outside: collectives throw <see cref="OperationCanceledException"/> from now on.</summary>
    public void Cancel(OperationCanceledException cancelled) => _barrier.Break(-1, cancelled);

    /// <summary>Says that a member's work is done. Another that waits for it in a collective gets an error instead of waiting for ever.</summary>
    public void Leave(int rank) => _barrier.Leave(rank);

    /// <summary>Makes the group as new, for another run. All members have ended.</summary>
    public void Renew()
    {
        _barrier.Renew();
        foreach (InProcessCollective member in _members)
        {
            member.Renew();
        }
    }

    /// <summary>Announces a member's call and waits for all others' announcements.</summary>
    /// <param name="rank">The member.</param>
    /// <param name="turn">The member's count of calls so far.</param>
    /// <param name="call">Its call.</param>
    /// <param name="buffer">Its buffer.</param>
    /// <returns>All members' announcements in rank order, valid until the member's next call.</returns>
    internal ReadOnlySpan<Announcement> Enter(int rank, int turn, in CollectiveCall call, void* buffer)
    {
        Span<Announcement> announced = _announcements.AsSpan((turn & 1) * Size, Size);
        announced[rank] = new Announcement(call, (nint)buffer);
        _barrier.Enter();

        // Every member compares all, so that all throw or none does.
        for (int other = 1; other < announced.Length; other++)
        {
            if (!announced[0].Call.Matches(announced[other].Call))
            {
                throw Fail(rank, CollectiveCall.Mismatch(0, announced[0].Call, other, announced[other].Call));
            }
        }

        ThrowIfOverlapping(rank, announced);
        return announced;
    }

    /// <summary>Waits until every member has finished the work of the current call.</summary>
    internal void Complete() => _barrier.Complete();

    private void ThrowIfOverlapping(int rank, ReadOnlySpan<Announcement> announced)
    {
        nuint bytes = (nuint)(announced[0].Call.Count * announced[0].Call.Type.SizeInBytes());
        for (int left = 0; left < announced.Length && bytes > 0; left++)
        {
            for (int right = left + 1; right < announced.Length; right++)
            {
                nuint low = (nuint)Math.Min((nuint)announced[left].Buffer, (nuint)announced[right].Buffer);
                nuint high = (nuint)Math.Max((nuint)announced[left].Buffer, (nuint)announced[right].Buffer);
                if (low != high && high - low < bytes)
                {
                    throw Fail(rank, new InvalidOperationException(
                        $"The buffers of members {left} and {right} overlap: they start {high - low} bytes apart and are {bytes} bytes long. "
                        + "Give each member a buffer of its own, or all the same one."));
                }
            }
        }
    }

    private InvalidOperationException Fail(int rank, InvalidOperationException failure)
    {
        _barrier.Break(rank, failure);
        return failure;
    }

    /// <summary>What a member announces; padded, because each is written by a different core.</summary>
    [StructLayout(LayoutKind.Sequential, Size = 128)]
    internal readonly struct Announcement(in CollectiveCall call, nint buffer)
    {
        public readonly CollectiveCall Call = call;
        public readonly nint Buffer = buffer;
    }
}
