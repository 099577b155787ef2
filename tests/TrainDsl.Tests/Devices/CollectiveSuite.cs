using System;
using System.Collections.Generic;
using System.Linq;
using System.Numerics;
using System.Runtime.InteropServices;
using System.Threading;
using TrainDsl.Devices;

namespace TrainDsl.Tests.Devices;

/// <summary>
/// What every collective must do, checked by each member against plain sums that it computes itself. Members are threads in the tests of this project
/// and processes in the probe, which links this file.
/// </summary>
internal static unsafe class CollectiveSuite
{
    private const int Canary = 64;

    // Beyond, one element type is enough: the others differ in nothing that depends on the size.
    private const int Large = 500_000;

    private static readonly int[] Counts = [0, 1, 7, 64, 1001, 100_003, 1_000_003];

    private static readonly Dictionary<string, Action<ICollective, int>> Cases = MakeCases();

    /// <summary>The names of the cases.</summary>
    public static IEnumerable<string> Names => Cases.Keys;

    /// <summary>Runs a case as one member; all members run the same.</summary>
    /// <param name="name">One of <see cref="Names"/>.</param>
    /// <param name="member">The member.</param>
    /// <param name="replicas">Members whose sum is taken first: those of one process in a hierarchical group, otherwise 1.</param>
    public static void Run(string name, ICollective member, int replicas) => Cases[name](member, replicas);

    /// <summary>The input of a member at an element: signs and magnitudes vary so much that another order of summation gives other bits.</summary>
    public static double Input(int member, long element)
    {
        ulong hash = unchecked(((ulong)element * 0x9E3779B97F4A7C15) ^ ((ulong)(member + 1) * 0xC2B2AE3D27D4EB4F));
        hash = unchecked((hash ^ (hash >> 29)) * 0xBF58476D1CE4E5B9);
        hash = unchecked((hash ^ (hash >> 32)) * 0x94D049BB133111EB);
        hash ^= hash >> 29;
        double mantissa = 1 + ((hash >> 20) * Math.ScaleB(1, -44));
        return Math.ScaleB((hash & 1) == 0 ? mantissa : -mantissa, (int)((hash >> 1) % 12) - 6);
    }

    /// <summary>The sum over members that a collective must give, in the order it must have.</summary>
    public static T Sum<T>(int size, int replicas, Func<int, T> input)
        where T : INumber<T>
    {
        T total = T.Zero;
        for (int node = 0; node < size / replicas; node++)
        {
            T sum = input(node * replicas);
            for (int replica = 1; replica < replicas; replica++)
            {
                sum += input((node * replicas) + replica);
            }

            total = node == 0 ? sum : total + sum;
        }

        return total;
    }

    private static Dictionary<string, Action<ICollective, int>> MakeCases()
    {
        Dictionary<string, Action<ICollective, int>> cases = [];
        foreach (int count in Counts)
        {
            cases[$"AllReduce {count}"] = ForAllTypes(count, default(AllReduceCheck));
            cases[$"ReduceScatter {count}"] = ForAllTypes(count, default(ReduceScatterCheck));
            cases[$"AllGather {count}"] = ForAllTypes(count, default(AllGatherCheck));
            cases[$"Broadcast {count}"] = ForAllTypes(count, default(BroadcastCheck));
        }

        cases["Scalar sum"] = CheckScalar;
        cases["Special values"] = CheckSpecialValues;
        cases["Unaligned shards"] = CheckUnalignedShards;
        cases["Repeated with different timing"] = CheckRepeated;
        cases["Barrier"] = CheckBarrier;
        cases["Without managed allocation"] = CheckAllocations;
        return cases;
    }

    private static Action<ICollective, int> ForAllTypes<TCheck>(int count, TCheck check)
        where TCheck : struct, ICheck => (member, replicas) =>
        {
            check.Run<float>(member, replicas, count, ElementType.Float32);
            if (count > Large)
            {
                return;
            }

            check.Run<double>(member, replicas, count, ElementType.Float64);
            check.Run<long>(member, replicas, count, ElementType.Int64);
        };

    private static T InputAs<T>(int member, long element)
        where T : INumber<T> =>
        typeof(T) == typeof(long) ? T.CreateChecked((long)(Input(member, element) * 1e15)) : T.CreateTruncating(Input(member, element));

    private static void CheckScalar(ICollective member, int replicas)
    {
        for (int element = 0; element < 100; element++)
        {
            double sum = member.AllReduce(Input(member.Rank, element));
            int at = element;
            Equal(Sum(member.Size, replicas, rank => Input(rank, at)), sum, "scalar", element);
        }
    }

    private static void CheckSpecialValues(ICollective member, int replicas)
    {
        // Only the last member has them; -0 everywhere stays -0, as it does in a plain sum.
        float special(int rank, long element) => element switch
        {
            0 => -0f,
            1 => rank == member.Size - 1 ? float.NaN : 1,
            2 => rank == member.Size - 1 ? float.PositiveInfinity : 1,
            3 => rank % 2 == 0 ? float.MaxValue : -float.MaxValue,
            4 => float.Epsilon,
            _ => rank,
        };
        using var buffer = new Memory<float>(40);
        for (int i = 0; i < 40; i++)
        {
            buffer.Data[i] = special(member.Rank, i);
        }

        member.AllReduce(buffer.Data, 40, ElementType.Float32);
        for (int i = 0; i < 40; i++)
        {
            int at = i;
            Equal(Sum(member.Size, replicas, rank => special(rank, at)), buffer.Data[i], "special values", i);
        }
    }

    private static void CheckUnalignedShards(ICollective member, int replicas)
    {
        foreach (int alignment in new[] { 1, 3, 5000 })
        {
            using var buffer = new Memory<double>(1001);
            buffer.Fill(member.Rank);
            member.ReduceScatter(buffer.Data, buffer.Count, ElementType.Float64, alignment);
            member.AllGather(buffer.Data, buffer.Count, ElementType.Float64, alignment);
            buffer.ExpectSums(member, replicas, new Shard(0, buffer.Count), $"alignment {alignment}");
        }
    }

    private static void CheckRepeated(ICollective member, int replicas)
    {
        using var buffer = new Memory<float>(20_011);
        for (int repetition = 0; repetition < 12; repetition++)
        {
            // A different member comes last each time, now while the others spin and now when they have gone to sleep.
            if (repetition % member.Size == member.Rank)
            {
                Thread.Sleep(repetition % 3 * 15);
            }

            buffer.Fill(member.Rank);
            member.AllReduce(buffer.Data, buffer.Count, ElementType.Float32);
            buffer.ExpectSums(member, replicas, new Shard(0, buffer.Count), $"repetition {repetition}");
        }
    }

    private static void CheckBarrier(ICollective member, int replicas)
    {
        // Seen through the clock that all members share: nobody leaves before the last one has come.
        for (int late = 0; late < member.Size; late++)
        {
            member.Barrier();
            if (late == member.Rank)
            {
                Thread.Sleep(20);
            }

            using var came = new Memory<long>(member.Size);
            came.Data[member.Rank] = DateTime.UtcNow.Ticks;
            member.Barrier();
            long left = DateTime.UtcNow.Ticks;
            member.AllReduce(came.Data, came.Count, ElementType.Int64);
            for (int rank = 0; rank < member.Size; rank++)
            {
                if (came.Data[rank] > left)
                {
                    throw new InvalidOperationException($"Member {member.Rank} left the barrier before member {rank} had come.");
                }
            }
        }
    }

    private static void CheckAllocations(ICollective member, int replicas)
    {
        using var buffer = new Memory<float>(10_007);
        long before = 0;
        for (int repetition = 0; repetition < 60; repetition++)
        {
            if (repetition == 20)
            {
                before = GC.GetAllocatedBytesForCurrentThread();
            }

            if (repetition % 10 == member.Rank)
            {
                Thread.Sleep(1);
            }

            member.AllReduce(buffer.Data, buffer.Count, ElementType.Float32);
            member.ReduceScatter(buffer.Data, buffer.Count, ElementType.Float32);
            member.AllGather(buffer.Data, buffer.Count, ElementType.Float32);
            member.Broadcast(buffer.Data, buffer.Count, ElementType.Float32, 0);
            _ = member.AllReduce(1.0);
            member.Barrier();
        }

        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        if (allocated != 0)
        {
            throw new InvalidOperationException($"240 collectives allocated {allocated} bytes on member {member.Rank}.");
        }
    }

    private static void Equal<T>(T expected, T actual, string what, long element)
        where T : INumber<T>
    {
        // Equals tells -0 from 0 for no type and takes all NaN as equal; the sign of zero is compared on its own.
        if (!expected.Equals(actual) || (!T.IsNaN(expected) && T.IsNegative(expected) != T.IsNegative(actual)))
        {
            throw new InvalidOperationException($"{what}: element {element} of {typeof(T).Name} is {actual:R}, a plain sum gives {expected:R}.");
        }
    }

    private interface ICheck
    {
        void Run<T>(ICollective member, int replicas, int count, ElementType type)
            where T : unmanaged, INumber<T>;
    }

    private readonly struct AllReduceCheck : ICheck
    {
        public void Run<T>(ICollective member, int replicas, int count, ElementType type)
            where T : unmanaged, INumber<T>
        {
            using var buffer = new Memory<T>(count);
            buffer.Fill(member.Rank);
            member.AllReduce(buffer.Data, count, type);
            buffer.ExpectSums(member, replicas, new Shard(0, count), "AllReduce");
        }
    }

    private readonly struct ReduceScatterCheck : ICheck
    {
        public void Run<T>(ICollective member, int replicas, int count, ElementType type)
            where T : unmanaged, INumber<T>
        {
            using var buffer = new Memory<T>(count);
            buffer.Fill(member.Rank);
            member.ReduceScatter(buffer.Data, count, type);
            buffer.ExpectSums(member, replicas, Shard.Of(count, member.Rank, member.Size), "ReduceScatter");
        }
    }

    private readonly struct AllGatherCheck : ICheck
    {
        public void Run<T>(ICollective member, int replicas, int count, ElementType type)
            where T : unmanaged, INumber<T>
        {
            using var buffer = new Memory<T>(count);
            Shard own = Shard.Of(count, member.Rank, member.Size);
            for (long i = own.Start; i < own.End; i++)
            {
                buffer.Data[i] = InputAs<T>(member.Rank, i);
            }

            member.AllGather(buffer.Data, count, type);
            for (int rank = 0; rank < member.Size; rank++)
            {
                Shard shard = Shard.Of(count, rank, member.Size);
                for (long i = shard.Start; i < shard.End; i++)
                {
                    Equal(InputAs<T>(rank, i), buffer.Data[i], "AllGather", i);
                }
            }

            buffer.ExpectCanaries();
        }
    }

    private readonly struct BroadcastCheck : ICheck
    {
        public void Run<T>(ICollective member, int replicas, int count, ElementType type)
            where T : unmanaged, INumber<T>
        {
            int middle = member.Size / 2;
            int[] roots = count > 10_000 ? [middle] : [0, middle, member.Size - 1];
            foreach (int root in roots.Distinct())
            {
                using var buffer = new Memory<T>(count);
                buffer.Fill(member.Rank);
                member.Broadcast(buffer.Data, count, type, root);
                for (long i = 0; i < count; i++)
                {
                    Equal(InputAs<T>(root, i), buffer.Data[i], $"Broadcast from {root}", i);
                }

                buffer.ExpectCanaries();
            }
        }
    }

    /// <summary>A member's buffer between two canaries that no collective may touch.</summary>
    private sealed class Memory<T> : IDisposable
        where T : unmanaged, INumber<T>
    {
        private readonly byte* _all;
        private readonly int _bytes;

        public Memory(int count)
        {
            Count = count;
            _bytes = count * sizeof(T);
            _all = (byte*)NativeMemory.AllocZeroed((nuint)(_bytes + (2 * Canary)));
            new Span<byte>(_all, Canary).Fill(0xA5);
            new Span<byte>(_all + Canary + _bytes, Canary).Fill(0xA5);
        }

        public int Count { get; }

        public T* Data => (T*)(_all + Canary);

        public void Fill(int rank)
        {
            for (int i = 0; i < Count; i++)
            {
                Data[i] = InputAs<T>(rank, i);
            }
        }

        public void ExpectSums(ICollective member, int replicas, Shard part, string what)
        {
            for (long i = part.Start; i < part.End; i++)
            {
                long at = i;
                Equal(Sum(member.Size, replicas, rank => InputAs<T>(rank, at)), Data[i], what, i);
            }

            ExpectCanaries();
        }

        public void ExpectCanaries()
        {
            Span<byte> before = new(_all, Canary);
            Span<byte> after = new(_all + Canary + _bytes, Canary);
            if (before.ContainsAnyExcept((byte)0xA5) || after.ContainsAnyExcept((byte)0xA5))
            {
                throw new InvalidOperationException($"A collective on {Count} elements of {typeof(T).Name} wrote outside its buffer.");
            }
        }

        public void Dispose() => NativeMemory.Free(_all);
    }
}
