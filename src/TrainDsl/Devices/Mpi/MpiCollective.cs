using System;
using System.Runtime.InteropServices;

namespace TrainDsl.Devices.Mpi;

/// <summary>
/// The group of all MPI ranks.
/// <para>
/// Sums are not left to MPI_Allreduce: the standard only recommends the same bits in every run, and libraries choose the order of summation by
/// message size, rank count and topology. Instead each rank receives its shard from all others and adds in rank order itself; a sum is then followed
/// by an exchange of the finished shards. Each rank sends and receives (N - 1) / N of the buffer in each of the two halves, as the bandwidth-optimal
/// ring does (P. Patarasuk, X. Yuan, Bandwidth optimal all-reduce algorithms for clusters of workstations, 2009), in one round instead of N - 1.
/// </para>
/// <para>
/// Each call begins with an exchange of headers between all ranks. It shows who has not come, finds ranks that make different calls before
/// their data meets, and is all that a barrier or a scalar sum needs. Data travels in segments far below MPI's limit of 2^31 - 1 elements a message.
/// </para>
/// </summary>
internal sealed unsafe class MpiCollective : ICollective
{
    private const int HeaderTag = 1;
    private const int DataTag = 2;

    private const long SmallestSegment = 32 << 10;
    private const long LargestSegment = 256 << 10;
    private const long ScratchBytes = 4 << 20;
    private const long BroadcastSegment = 64 << 20;

    private readonly MpiChannel _channel;

    // Native memory that lives as long as MPI does, which is until the process ends. Segments are exchanged in two sets: one is summed while the
    // next is under way.
    private readonly CollectiveCall* _headers;
    private readonly nint* _headerRequests;
    private readonly nint*[] _dataRequests;
    private readonly nint* _sources;
    private readonly long _segmentBytes;
    private byte* _scratch;

    internal MpiCollective(MpiChannel channel)
    {
        _channel = channel;
        int size = channel.Size;
        _headers = (CollectiveCall*)NativeMemory.AllocZeroed((nuint)size, (nuint)sizeof(CollectiveCall));
        _headerRequests = channel.AllocateRequests(2 * size);
        _dataRequests = [channel.AllocateRequests(2 * size), channel.AllocateRequests(2 * size)];
        _sources = (nint*)NativeMemory.AllocZeroed((nuint)size, (nuint)sizeof(nint));
        _segmentBytes = Math.Clamp(ScratchBytes / size, SmallestSegment, LargestSegment) / 64 * 64;
    }

    /// <inheritdoc/>
    public int Rank => _channel.Rank;

    /// <inheritdoc/>
    public int Size => _channel.Size;

    /// <inheritdoc/>
    public void AllReduce(void* buffer, long count, ElementType type) =>
        Run(new(CollectiveOperation.AllReduce, type, count, Shard.DefaultAlignment), buffer);

    /// <inheritdoc/>
    public double AllReduce(double value)
    {
        Run(new(CollectiveOperation.AllReduceScalar, Value: value), null);
        double sum = _headers[0].Value;
        for (int rank = 1; rank < Size; rank++)
        {
            sum += _headers[rank].Value;
        }

        return sum;
    }

    /// <inheritdoc/>
    public void ReduceScatter(void* buffer, long count, ElementType type, int alignment = Shard.DefaultAlignment) =>
        ReduceScatter(buffer, count, type, alignment, shardsEach: 1);

    /// <inheritdoc/>
    public void AllGather(void* buffer, long count, ElementType type, int alignment = Shard.DefaultAlignment) =>
        AllGather(buffer, count, type, alignment, shardsEach: 1);

    /// <inheritdoc/>
    public void Broadcast(void* buffer, long count, ElementType type, int root) =>
        Run(new(CollectiveOperation.Broadcast, type, count, Root: root), buffer);

    /// <inheritdoc/>
    public void Barrier() => Run(new(CollectiveOperation.Barrier), null);

    /// <summary>
    /// <see cref="ICollective.ReduceScatter"/> with <paramref name="shardsEach"/> consecutive shards for each rank, of that many times the ranks.
    /// </summary>
    internal void ReduceScatter(void* buffer, long count, ElementType type, int alignment, int shardsEach) =>
        Run(new(CollectiveOperation.ReduceScatter, type, count, alignment), buffer, shardsEach);

    /// <summary>
    /// <see cref="ICollective.AllGather"/> with <paramref name="shardsEach"/> consecutive shards for each rank, of that many times the ranks.
    /// </summary>
    internal void AllGather(void* buffer, long count, ElementType type, int alignment, int shardsEach) =>
        Run(new(CollectiveOperation.AllGather, type, count, alignment), buffer, shardsEach);

    /// <summary>Waits until every rank has come to the end of its work.</summary>
    internal void End() => Run(new(CollectiveOperation.End), null);

    private void Run(in CollectiveCall call, void* buffer, int shardsEach = 1)
    {
        call.Validate(buffer, Size);
        _channel.Begin();
        try
        {
            ExchangeHeaders(call);
            switch (call.Operation)
            {
                case CollectiveOperation.AllReduce:
                    SumShards((byte*)buffer, call, shardsEach);
                    ExchangeShards((byte*)buffer, call, shardsEach);
                    break;
                case CollectiveOperation.ReduceScatter:
                    SumShards((byte*)buffer, call, shardsEach);
                    break;
                case CollectiveOperation.AllGather:
                    ExchangeShards((byte*)buffer, call, shardsEach);
                    break;
                case CollectiveOperation.Broadcast:
                    CopyFromRoot((byte*)buffer, call);
                    break;
            }
        }
        catch (Exception failure)
        {
            _channel.Break(failure);
            throw;
        }
        finally
        {
            _channel.Finish();
        }
    }

    private void ExchangeHeaders(in CollectiveCall call)
    {
        _headers[Rank] = call;
        for (int rank = 0; rank < Size; rank++)
        {
            if (rank != Rank)
            {
                _channel.Receive(_headers + rank, sizeof(CollectiveCall), rank, HeaderTag, _headerRequests + (2 * rank));
                _channel.Send(_headers + Rank, sizeof(CollectiveCall), rank, HeaderTag, _headerRequests + (2 * rank) + 1);
            }
        }

        _channel.Wait(_headerRequests, 2 * Size, MpiChannel.Phase.Arrival, call);
        for (int rank = 1; rank < Size; rank++)
        {
            if (!_headers[0].Matches(_headers[rank]))
            {
                throw CollectiveCall.Mismatch(0, _headers[0], rank, _headers[rank]);
            }
        }
    }

    private void SumShards(byte* buffer, in CollectiveCall call, int shardsEach)
    {
        if (Size == 1)
        {
            return;
        }

        if (_scratch == null)
        {
            _scratch = (byte*)NativeMemory.AlignedAlloc((nuint)(2 * Size * _segmentBytes), 64);
        }

        long segments = Segments(call, shardsEach);
        for (long segment = 0; segment <= segments; segment++)
        {
            if (segment < segments)
            {
                StartSum(buffer, call, shardsEach, segment);
            }

            if (segment > 0)
            {
                FinishSum(buffer, call, shardsEach, segment - 1);
            }
        }
    }

    private void StartSum(byte* buffer, in CollectiveCall call, int shardsEach, long segment)
    {
        int size = call.Type.SizeInBytes();
        nint* requests = _dataRequests[segment & 1];
        Shard own = Part(call, Rank, shardsEach, segment);
        for (int rank = 0; rank < Size; rank++)
        {
            Shard theirs = Part(call, rank, shardsEach, segment);
            if (rank != Rank && own.Length > 0)
            {
                _channel.Receive(Scratch(segment, rank), own.Length * size, rank, DataTag, requests + (2 * rank));
            }

            if (rank != Rank && theirs.Length > 0)
            {
                _channel.Send(buffer + (theirs.Start * size), theirs.Length * size, rank, DataTag, requests + (2 * rank) + 1);
            }
        }
    }

    private void FinishSum(byte* buffer, in CollectiveCall call, int shardsEach, long segment)
    {
        _channel.Wait(_dataRequests[segment & 1], 2 * Size, MpiChannel.Phase.Exchange, call);
        Shard own = Part(call, Rank, shardsEach, segment);
        for (int rank = 0; rank < Size; rank++)
        {
            _sources[rank] = (nint)(rank == Rank ? buffer + (own.Start * call.Type.SizeInBytes()) : Scratch(segment, rank));
        }

        RankOrderSum.Add(_sources, Size, _sources + Rank, 1, own.Length, call.Type);
    }

    private void ExchangeShards(byte* buffer, in CollectiveCall call, int shardsEach)
    {
        int size = call.Type.SizeInBytes();
        long segments = Size == 1 ? 0 : Segments(call, shardsEach);
        for (long segment = 0; segment <= segments; segment++)
        {
            Shard own = segment < segments ? Part(call, Rank, shardsEach, segment) : default;
            for (int rank = 0; rank < Size && segment < segments; rank++)
            {
                nint* requests = _dataRequests[segment & 1] + (2 * rank);
                Shard theirs = Part(call, rank, shardsEach, segment);
                if (rank != Rank && theirs.Length > 0)
                {
                    _channel.Receive(buffer + (theirs.Start * size), theirs.Length * size, rank, DataTag, requests);
                }

                if (rank != Rank && own.Length > 0)
                {
                    _channel.Send(buffer + (own.Start * size), own.Length * size, rank, DataTag, requests + 1);
                }
            }

            if (segment > 0)
            {
                _channel.Wait(_dataRequests[(segment - 1) & 1], 2 * Size, MpiChannel.Phase.Exchange, call);
            }
        }
    }

    private void CopyFromRoot(byte* buffer, in CollectiveCall call)
    {
        // Copies are the same bits by any route, so that the library may choose it.
        long bytes = Size == 1 ? 0 : call.Count * call.Type.SizeInBytes();
        for (long start = 0; start < bytes; start += BroadcastSegment)
        {
            _channel.Broadcast(buffer + start, Math.Min(BroadcastSegment, bytes - start), call.Root, _dataRequests[0]);
            _channel.Wait(_dataRequests[0], 1, MpiChannel.Phase.Exchange, call);
        }
    }

    private byte* Scratch(long segment, int rank) => _scratch + ((((segment & 1) * Size) + rank) * _segmentBytes);

    private Shard Region(in CollectiveCall call, int rank, int shardsEach) =>
        Shard.Range(call.Count, rank * shardsEach, shardsEach, Size * shardsEach, call.Alignment);

    /// <summary>The segments of the longest region, which every rank works through; in the last ones shorter regions have nothing left.</summary>
    private long Segments(in CollectiveCall call, int shardsEach)
    {
        // Rank 0 has as many of the longer shards as any other.
        long step = _segmentBytes / call.Type.SizeInBytes();
        return (Region(call, 0, shardsEach).Length + step - 1) / step;
    }

    private Shard Part(in CollectiveCall call, int rank, int shardsEach, long segment)
    {
        long step = _segmentBytes / call.Type.SizeInBytes();
        Shard region = Region(call, rank, shardsEach);
        long start = Math.Min(segment * step, region.Length);
        return new Shard(region.Start + start, Math.Min(step, region.Length - start));
    }
}
