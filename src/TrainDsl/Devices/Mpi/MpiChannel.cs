using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Linq;
using System.Runtime.InteropServices;
using System.Text;
using System.Threading;
using TrainDsl.Monitoring;

namespace TrainDsl.Devices.Mpi;

/// <summary>
/// Messages between ranks, over a communicator of its own, so that they cannot be taken for those of other code that uses MPI. All waiting is done by
/// polling: a blocking MPI call could neither time out nor learn that another rank has failed.
/// </summary>
internal sealed unsafe class MpiChannel
{
    private const int FailureTag = 3;

    // While ranks compute, the one that waits for them gives the core up after 20 ms and looks every millisecond. While data moves, polling
    // is what moves it, so that it goes on.
    private static readonly TimeSpan AwaitedArrival = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan AwaitedData = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Busy = TimeSpan.FromMicroseconds(100);

    private readonly MpiLibrary _library;
    private int _busy;
    private Exception? _failure;
    private int _firstToTell = -1;
    private int _firstCulprit = int.MaxValue;

    /// <summary>Opens a channel among all ranks.</summary>
    /// <exception cref="MpiException">MPI reports an error.</exception>
    public MpiChannel(MpiLibrary library, TimeSpan timeout)
    {
        _library = library;
        Timeout = timeout;
        nint communicator = 0;
        int rank = 0;
        int size = 0;
        library.Check(library.CommDup(library.CommWorld, &communicator), "MPI_Comm_dup");
        library.Check(library.CommSetErrhandler(communicator, library.ErrorsReturn), "MPI_Comm_set_errhandler");
        library.Check(library.CommRank(communicator, &rank), "MPI_Comm_rank");
        library.Check(library.CommSize(communicator, &size), "MPI_Comm_size");
        Communicator = communicator;
        Rank = rank;
        Size = size;
        Names = new string[size];
    }

    /// <summary>What the ranks that are waited for are doing.</summary>
    public enum Phase
    {
        /// <summary>They compute, and have yet to come to the collective. The timeout counts from the start of the wait.</summary>
        Arrival,

        /// <summary>They have come, and data moves. The timeout counts from the last message that arrived or left.</summary>
        Exchange,
    }

    /// <summary>The communicator.</summary>
    public nint Communicator { get; }

    /// <summary>This rank.</summary>
    public int Rank { get; }

    /// <summary>The number of ranks.</summary>
    public int Size { get; }

    /// <summary>How long a rank is waited for.</summary>
    public TimeSpan Timeout { get; set; }

    /// <summary>Host and process of each rank, for messages.</summary>
    public string[] Names { get; set; }

    /// <summary>The failure of another rank, or null.</summary>
    public CollectiveAbortedException? FailedElsewhere { get; private set; }

    /// <summary>Whether a call has failed. Messages may be under way that nobody will take, so that no further call is possible.</summary>
    public bool IsBroken => _failure is not null;

    /// <summary>Whether a thread is inside a collective.</summary>
    public bool IsBusy => _busy != 0;

    /// <summary>Begins a collective.</summary>
    /// <exception cref="InvalidOperationException">Another thread is in one, or an earlier one failed.</exception>
    public void Begin()
    {
        if (_failure is not null)
        {
            throw new InvalidOperationException(
                $"The ranks cannot work together any more, because an earlier collective failed: {_failure.Message}", _failure);
        }

        if (Interlocked.Exchange(ref _busy, 1) != 0)
        {
            throw new InvalidOperationException("Two threads of one process are in collectives over MPI at once. One thread a process makes them.");
        }
    }

    /// <summary>Ends a collective.</summary>
    public void Finish() => Volatile.Write(ref _busy, 0);

    /// <summary>Records that a collective failed.</summary>
    public void Break(Exception failure) => _failure ??= failure;

    /// <summary>Starts to send bytes to a rank.</summary>
    public void Send(void* data, long bytes, int rank, int tag, nint* request) =>
        _library.Check(_library.Isend(data, checked((int)bytes), _library.Byte, rank, tag, Communicator, request), "MPI_Isend");

    /// <summary>Starts to receive bytes from a rank.</summary>
    public void Receive(void* data, long bytes, int rank, int tag, nint* request) =>
        _library.Check(_library.Irecv(data, checked((int)bytes), _library.Byte, rank, tag, Communicator, request), "MPI_Irecv");

    /// <summary>Starts a broadcast of bytes from a rank.</summary>
    public void Broadcast(void* data, long bytes, int root, nint* request) =>
        _library.Check(_library.Ibcast(data, checked((int)bytes), _library.Byte, root, Communicator, request), "MPI_Ibcast");

    /// <summary>Memory for requests, none of them active.</summary>
    public nint* AllocateRequests(int count)
    {
        nint* requests = (nint*)NativeMemory.Alloc((nuint)count, (nuint)sizeof(nint));
        new Span<nint>(requests, count).Fill(_library.RequestNull);
        return requests;
    }

    /// <summary>Waits until all requests are done.</summary>
    /// <param name="requests">
    /// The requests; for peer <c>p</c> the receive at <c>2p</c> and the send at <c>2p + 1</c>, or a single one for all peers.
    /// </param>
    /// <param name="count">How many.</param>
    /// <param name="phase">What is waited for.</param>
    /// <param name="call">The collective, for messages.</param>
    /// <exception cref="CollectiveTimeoutException">The timeout has passed.</exception>
    /// <exception cref="CollectiveAbortedException">A rank failed.</exception>
    public void Wait(nint* requests, int count, Phase phase, in CollectiveCall call)
    {
        long start = Stopwatch.GetTimestamp();
        TimeSpan sleepAfter = phase == Phase.Arrival ? AwaitedArrival : AwaitedData;
        for (int turn = 1; ; turn++)
        {
            (bool done, bool progressed) = TestAll(requests, count);
            if (done)
            {
                return;
            }

            if (progressed && phase == Phase.Exchange)
            {
                start = Stopwatch.GetTimestamp();
            }

            TimeSpan waited = Stopwatch.GetElapsedTime(start);
            if (waited < Busy)
            {
                continue;
            }

            if (TryTakeFailure(out _))
            {
                throw FailedElsewhere!;
            }

            if (waited > Timeout)
            {
                throw TimedOut(requests, count, phase, call);
            }

            if (waited > sleepAfter)
            {
                Thread.Sleep(1);
            }
            else
            {
                Thread.Yield();
            }
        }
    }

    /// <summary>
    /// Tells all other ranks that this one ends, and returns when all of them have said the same or the grace is over.
    /// </summary>
    /// <param name="failedRank">The rank whose failure it is.</param>
    /// <param name="message">What happened, for the others to print.</param>
    /// <param name="absent">Ranks that are known not to answer.</param>
    /// <param name="grace">The longest wait.</param>
    /// <returns>Whether this is the first in rank order of those whose own failure it is, which is the one to end the job.</returns>
    public bool AnnounceFailure(int failedRank, string message, IReadOnlyList<int> absent, TimeSpan grace)
    {
        if (failedRank == Rank)
        {
            _firstCulprit = Math.Min(_firstCulprit, Rank);
        }

        // Never freed: the process ends while the messages may still be on their way.
        var notice = (FailureNotice*)NativeMemory.AllocZeroed((nuint)sizeof(FailureNotice));
        notice->Sender = Rank;
        notice->FailedRank = failedRank;
        Span<byte> text = new(notice->Text, FailureNotice.LongestText);
        Encoding.UTF8.GetEncoder().Convert(message, text, flush: false, out _, out int length, out _);
        notice->Length = length;
        nint* requests = AllocateRequests(Size);
        bool[] ended = new bool[Size];
        ended[Rank] = true;
        if (FailedElsewhere is not null)
        {
            ended[_firstToTell] = true;
        }

        foreach (int rank in absent)
        {
            ended[rank] = true;
        }

        long start = Stopwatch.GetTimestamp();
        try
        {
            for (int rank = 0; rank < Size; rank++)
            {
                if (rank != Rank)
                {
                    Send(notice, sizeof(FailureNotice), rank, FailureTag, requests + rank);
                }
            }

            while (ended.Contains(false) && Stopwatch.GetElapsedTime(start) < grace)
            {
                _ = TestAll(requests, Size);
                if (TryTakeFailure(out int sender))
                {
                    ended[sender] = true;
                }
                else
                {
                    Thread.Sleep(1);
                }
            }
        }
        catch (MpiException unreachable)
        {
            // The job is ended in any case; that some rank hears of it only from the launcher is worth a line.
            ErrorOutput.TryWriteLine($"Rank {Rank} could not tell all other ranks: {unreachable.Message}");
        }

        return _firstCulprit == Rank;
    }

    private (bool Done, bool Progressed) TestAll(nint* requests, int count)
    {
        bool done = true;
        bool progressed = false;
        for (int i = 0; i < count; i++)
        {
            if (requests[i] != _library.RequestNull)
            {
                int flag = 0;
                _library.Check(_library.Test(requests + i, &flag, _library.StatusIgnore), "MPI_Test");
                done &= flag != 0;
                progressed |= flag != 0;
            }
        }

        return (done, progressed);
    }

    private bool TryTakeFailure(out int sender)
    {
        int flag = 0;
        sender = -1;
        _library.Check(_library.Iprobe(_library.AnySource, FailureTag, Communicator, &flag, _library.StatusIgnore), "MPI_Iprobe");
        if (flag == 0)
        {
            return false;
        }

        FailureNotice notice;
        int length = sizeof(FailureNotice);
        _library.Check(
            _library.Recv(&notice, length, _library.Byte, _library.AnySource, FailureTag, Communicator, _library.StatusIgnore), "MPI_Recv");
        sender = notice.Sender;
        if (notice.Sender == notice.FailedRank)
        {
            _firstCulprit = Math.Min(_firstCulprit, sender);
        }

        if (FailedElsewhere is null)
        {
            _firstToTell = sender;
            FailedElsewhere = new CollectiveAbortedException(Encoding.UTF8.GetString(notice.Text, notice.Length), notice.FailedRank);
        }

        return true;
    }

    private CollectiveTimeoutException TimedOut(nint* requests, int count, Phase phase, in CollectiveCall call)
    {
        List<int> missing = [];
        for (int rank = 0; rank < Size && count == 2 * Size; rank++)
        {
            // A send can be pending because its receiver has not come; in the first phase headers are small enough to leave without it.
            bool isMissing = requests[2 * rank] != _library.RequestNull
                || (phase == Phase.Exchange && requests[(2 * rank) + 1] != _library.RequestNull);
            if (isMissing)
            {
                missing.Add(rank);
            }
        }

        string names = missing.Count == 0 ? "The operation" : string.Join(", ", missing.Select(rank => $"rank {rank} ({Names[rank]})"));
        string what = phase == Phase.Arrival
            ? $"did not come to {call} within {Timeout.TotalSeconds:0.#} s after rank {Rank}: stuck, or far slower than the others"
            : $"made no progress in {call} for {Timeout.TotalSeconds:0.#} s although all ranks had come to it: stuck, or cut off";
        return new CollectiveTimeoutException(
            $"{char.ToUpperInvariant(names[0])}{names[1..]} {what}. A longer timeout helps where a rank is known to be slow.", missing);
    }

    /// <summary>What a failing rank tells the others.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct FailureNotice
    {
        public const int LongestText = 1000;

        public int Sender;
        public int FailedRank;
        public int Length;
        public fixed byte Text[LongestText];
    }
}
