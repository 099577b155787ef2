using System;
using System.Globalization;
using System.Linq;
using TrainDsl.Devices.Mpi;

namespace TrainDsl.Devices;

/// <summary>
/// One flat group over the replicas of several processes: member <c>node x replicas + replica</c>. Data is reduced within each process first, so that
/// one buffer a process crosses the network. Each element is the sum over processes, in rank order, of the sums over their replicas, in rank order.
/// </summary>
/// <remarks>Replica 0 of each process is its leader: it alone makes MPI calls.</remarks>
internal sealed unsafe class HierarchicalCollective : ICollective
{
    private readonly InProcessCollective _local;
    private readonly MpiCollective _nodes;

    private HierarchicalCollective(InProcessCollective local, MpiCollective nodes)
    {
        _local = local;
        _nodes = nodes;
    }

    /// <inheritdoc/>
    public int Rank => (_nodes.Rank * _local.Size) + _local.Rank;

    /// <inheritdoc/>
    public int Size => _nodes.Size * _local.Size;

    private bool IsLeader => _local.Rank == 0;

    /// <summary>
    /// Joins the replicas of this process with those of all others. Every rank calls it, from the thread that plays replica 0, before the replicas
    /// start.
    /// </summary>
    /// <param name="replicas">The replicas of this process.</param>
    /// <param name="nodes">This process among all.</param>
    /// <returns>A member for each replica, by its rank within the process.</returns>
    /// <exception cref="InvalidOperationException">The processes have different numbers of replicas.</exception>
    public static HierarchicalCollective[] Create(InProcessGroup replicas, MpiCollective nodes)
    {
        long[] sizes = new long[nodes.Size];
        sizes[nodes.Rank] = replicas.Size;
        fixed (long* buffer = sizes)
        {
            nodes.AllGather(buffer, sizes.Length, ElementType.Int64, alignment: 1);
        }

        if (sizes.Any(size => size != replicas.Size))
        {
            throw new InvalidOperationException(
                "Every process must have the same number of replicas, but ranks 0, 1, ... have "
                + string.Join(", ", sizes.Select(size => size.ToString(CultureInfo.InvariantCulture))) + ".");
        }

        return Enumerable.Range(0, replicas.Size).Select(rank => new HierarchicalCollective(replicas[rank], nodes)).ToArray();
    }

    /// <inheritdoc/>
    public void AllReduce(void* buffer, long count, ElementType type)
    {
        _local.Reduce(buffer, count, type, root: 0);
        if (IsLeader)
        {
            _nodes.AllReduce(buffer, count, type);
        }

        _local.Broadcast(buffer, count, type, root: 0);
    }

    /// <inheritdoc/>
    public double AllReduce(double value)
    {
        double sum = _local.AllReduce(value);
        if (IsLeader)
        {
            sum = _nodes.AllReduce(sum);
        }

        _local.Broadcast(&sum, 1, ElementType.Float64, root: 0);
        return sum;
    }

    /// <inheritdoc/>
    public void ReduceScatter(void* buffer, long count, ElementType type, int alignment = Shard.DefaultAlignment)
    {
        _local.Reduce(buffer, count, type, root: 0);
        if (IsLeader)
        {
            _nodes.ReduceScatter(buffer, count, type, alignment, shardsEach: _local.Size);
        }

        _local.Scatter(buffer, count, type, alignment, Shard.Of(count, Rank, Size, alignment));
    }

    /// <inheritdoc/>
    public void AllGather(void* buffer, long count, ElementType type, int alignment = Shard.DefaultAlignment)
    {
        _local.Gather(buffer, count, type, alignment, Shard.Of(count, Rank, Size, alignment));
        if (IsLeader)
        {
            _nodes.AllGather(buffer, count, type, alignment, shardsEach: _local.Size);
        }

        _local.Broadcast(buffer, count, type, root: 0);
    }

    /// <inheritdoc/>
    public void Broadcast(void* buffer, long count, ElementType type, int root)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(root);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(root, Size);
        (int rootNode, int rootReplica) = Math.DivRem(root, _local.Size);
        if (rootReplica != 0 && rootNode == _nodes.Rank)
        {
            _local.Broadcast(buffer, count, type, rootReplica);
        }

        if (IsLeader)
        {
            _nodes.Broadcast(buffer, count, type, rootNode);
        }

        _local.Broadcast(buffer, count, type, root: 0);
    }

    /// <inheritdoc/>
    public void Barrier()
    {
        _local.Barrier();
        if (IsLeader)
        {
            _nodes.Barrier();
        }

        _local.Barrier();
    }
}
