using System;
using System.Globalization;
using System.Runtime.ExceptionServices;
using System.Threading;

namespace TrainDsl.Devices;

/// <summary>Runs the replicas of one process, each on a thread of its own, and ends all when one fails.</summary>
internal static class ReplicaGroup
{
    private const string ReplicaKey = "TrainDsl.Replica";

    /// <summary>
    /// Runs <paramref name="body"/> once for each replica and returns when all have ended. Replica 0 runs on the calling thread, so that hooks and
    /// console output happen where the caller expects them; the others run on threads named "replica 1", "replica 2" and so on.
    /// </summary>
    /// <param name="size">The number of replicas, 1 or more.</param>
    /// <param name="body">A replica's work; it gets its member of the group.</param>
    /// <param name="cancellationToken">
    /// Ends the group hard: collectives throw <see cref="OperationCanceledException"/> from then on. To end a training at a step that all replicas
    /// agree on, let them agree on it through the collective instead.
    /// </param>
    /// <exception cref="OperationCanceledException">The token was cancelled and the replicas ended because of it.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="size"/> is below 1.</exception>
    /// <remarks>
    /// When a replica throws, the others get <see cref="CollectiveAbortedException"/> from their collectives; once all have ended, the first
    /// exception is thrown again as it was, with the replica that <see cref="ReplicaOf"/> reads from it.
    /// </remarks>
    public static void Run(int size, Action<InProcessCollective> body, CancellationToken cancellationToken = default) =>
        Run(new InProcessGroup(size), body, cancellationToken);

    /// <summary>
    /// <see cref="Run(int, Action{InProcessCollective}, CancellationToken)"/> for a group that others know of too. Between two runs a group is renewed.
    /// </summary>
    public static void Run(InProcessGroup group, Action<InProcessCollective> body, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        using CancellationTokenRegistration registration = cancellationToken.UnsafeRegister(
            static (state, token) => ((InProcessGroup)state!).Cancel(new OperationCanceledException(token)), group);

        Thread?[] threads = new Thread?[group.Size];
        try
        {
            for (int rank = 1; rank < group.Size; rank++)
            {
                InProcessCollective member = group[rank];
                Thread thread = new(() => RunMember(group, member, body))
                {
                    Name = string.Create(CultureInfo.InvariantCulture, $"replica {rank}"),
                    IsBackground = true,
                };
                thread.Start();
                threads[rank] = thread;
            }
        }
        catch (Exception failure)
        {
            // Replicas that did start wait for this one.
            group.Abort(0, failure);
            Join(threads);
            throw;
        }

        RunMember(group, group[0], body);
        Join(threads);
        if (group.Failure is { } first)
        {
            ExceptionDispatchInfo.Throw(first);
        }
    }

    /// <summary>
    /// The replica that an exception thrown by <see cref="Run(int, Action{InProcessCollective}, CancellationToken)"/> came from, or null.
    /// </summary>
    public static int? ReplicaOf(Exception exception) => exception.Data[ReplicaKey] as int?;

    private static void RunMember(InProcessGroup group, InProcessCollective member, Action<InProcessCollective> body)
    {
        try
        {
            body(member);
        }
        catch (Exception failure)
        {
            // What replicas throw after the first failure is its consequence. The first is thrown when all have ended.
            if (group.Abort(member.Rank, failure))
            {
                failure.Data[ReplicaKey] = member.Rank;
            }
        }
        finally
        {
            group.Leave(member.Rank);
        }
    }

    private static void Join(Thread?[] threads)
    {
        foreach (Thread? thread in threads)
        {
            thread?.Join();
        }
    }
}
