using System;
using System.Linq;
using System.Threading;
using TrainDsl.Devices;
using Xunit;

namespace TrainDsl.Tests.Devices;

public sealed unsafe class InProcessCollectiveTests
{
    public static TheoryData<int, string> Suite()
    {
        TheoryData<int, string> data = [];
        foreach (string name in CollectiveSuite.Names)
        {
            foreach (int size in Enumerable.Range(1, 8))
            {
                data.Add(size, name);
            }
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(Suite))]
    public void Suite_passes(int size, string name) => ReplicaGroup.Run(size, member => CollectiveSuite.Run(name, member, replicas: 1));

    [Fact]
    public void Suite_inputs_show_the_order_of_summation()
    {
        int different = Enumerable.Range(0, 1000).Count(element =>
        {
            float forward = CollectiveSuite.Sum(3, 1, rank => (float)CollectiveSuite.Input(rank, element));
            float backward = CollectiveSuite.Sum(3, 1, rank => (float)CollectiveSuite.Input(2 - rank, element));
            return forward != backward;
        });

        Assert.InRange(different, 100, 1000);
    }

    [Fact]
    public void AllGather_over_one_shared_buffer_shows_all_shards()
    {
        const int Count = 5003;
        float[] shared = new float[Count];
        fixed (float* pinned = shared)
        {
            nint address = (nint)pinned;
            ReplicaGroup.Run(4, member =>
            {
                float* buffer = (float*)address;
                Shard own = Shard.Of(Count, member.Rank, member.Size);
                for (long i = own.Start; i < own.End; i++)
                {
                    buffer[i] = i + 1;
                }

                member.AllGather(buffer, Count, ElementType.Float32);
                for (int i = 0; i < Count; i++)
                {
                    Assert.Equal(i + 1, buffer[i]);
                }
            });
        }
    }

    [Fact]
    public void AllReduce_over_one_shared_buffer_counts_it_for_each_member()
    {
        long[] shared = Enumerable.Range(0, 1001).Select(i => (long)i).ToArray();
        fixed (long* pinned = shared)
        {
            nint address = (nint)pinned;
            ReplicaGroup.Run(3, member => member.AllReduce((void*)address, 1001, ElementType.Int64));
        }

        Assert.Equal(Enumerable.Range(0, 1001).Select(i => 3L * i), shared);
    }

    [Fact]
    public void Members_that_make_different_calls_are_named()
    {
        var thrown = Assert.Throws<InvalidOperationException>(() => ReplicaGroup.Run(3, member =>
        {
            double value = 1;
            if (member.Rank == 2)
            {
                member.Broadcast(&value, 1, ElementType.Float64, root: 1);
            }
            else
            {
                member.AllReduce(&value, 1, ElementType.Float64);
            }
        }));

        Assert.Contains("member 0 called AllReduce of 1 Float64 elements while member 2 called", thrown.Message);
        Assert.Contains("Broadcast of 1 Float64 elements, root 1", thrown.Message);
    }

    [Fact]
    public void Members_with_different_counts_are_named()
    {
        var thrown = Assert.Throws<InvalidOperationException>(() => ReplicaGroup.Run(2, member =>
        {
            double* values = stackalloc double[2];
            member.AllReduce(values, 1 + member.Rank, ElementType.Float64);
        }));

        Assert.Contains("AllReduce of 2 Float64 elements", thrown.Message);
    }

    [Fact]
    public void Partly_overlapping_buffers_are_refused()
    {
        float[] shared = new float[100];
        fixed (float* pinned = shared)
        {
            nint address = (nint)pinned;
            var thrown = Assert.Throws<InvalidOperationException>(
                () => ReplicaGroup.Run(2, member => member.AllReduce((float*)address + (10 * member.Rank), 20, ElementType.Float32)));
            Assert.Contains("members 0 and 1 overlap", thrown.Message);
        }
    }

    [Theory]
    [InlineData(-1, 1, 0)]
    [InlineData(1, 1, 2)]
    [InlineData(1, 1, -1)]
    [InlineData(1, 7, 0)]
    public void Arguments_outside_their_range_are_refused(long count, int type, int root)
    {
        InProcessCollective member = new InProcessGroup(1)[0];

        Assert.Throws<ArgumentOutOfRangeException>(() =>
        {
            double value = 0;
            member.Broadcast(&value, count, (ElementType)type, root);
        });
    }

    [Fact]
    public void A_missing_buffer_is_refused() =>
        Assert.Throws<ArgumentNullException>(() => new InProcessGroup(1)[0].AllReduce(null, 1, ElementType.Float32));

    [Theory]
    [InlineData(2, 0)]
    [InlineData(2, 1)]
    [InlineData(8, 5)]
    public void A_member_that_throws_releases_the_others(int size, int failing)
    {
        CollectiveAbortedException?[] aborted = new CollectiveAbortedException?[size];
        var original = new NotSupportedException("no such layer");

        var thrown = Assert.Throws<NotSupportedException>(() => ReplicaGroup.Run(size, member =>
        {
            member.Barrier();
            if (member.Rank == failing)
            {
                // Until then the others have gone from spinning to sleeping.
                Thread.Sleep(30);
                throw original;
            }

            aborted[member.Rank] = Assert.Throws<CollectiveAbortedException>(member.Barrier);

            // The group stays broken.
            Assert.Throws<CollectiveAbortedException>(() => member.AllReduce(1.0));
        }));

        Assert.Same(original, thrown);
        Assert.Equal(failing, ReplicaGroup.ReplicaOf(thrown));
        Assert.Contains(nameof(A_member_that_throws_releases_the_others), thrown.StackTrace);
        Assert.All(aborted.Where((_, rank) => rank != failing), exception =>
        {
            Assert.Equal(failing, exception!.FailedRank);
            Assert.Same(original, exception.InnerException);
            Assert.Contains($"Replica {failing} failed", exception.Message);
            Assert.Contains("no such layer", exception.Message);
        });
    }

    [Fact]
    public void A_member_that_ends_early_releases_the_others()
    {
        var thrown = Assert.Throws<InvalidOperationException>(() => ReplicaGroup.Run(3, member =>
        {
            if (member.Rank != 1)
            {
                member.Barrier();
            }
        }));

        Assert.Contains("Member 1 ended while another waited", thrown.Message);
    }

    [Fact]
    public void Replicas_run_on_named_threads_and_the_first_on_the_callers()
    {
        int caller = Environment.CurrentManagedThreadId;
        string?[] names = new string?[3];
        ReplicaGroup.Run(3, member =>
        {
            names[member.Rank] = Thread.CurrentThread.Name;
            Assert.Equal(member.Rank == 0, Environment.CurrentManagedThreadId == caller);
        });

        Assert.Equal("replica 1", names[1]);
        Assert.Equal("replica 2", names[2]);
    }

    [Fact]
    public void Cancellation_releases_waiting_members()
    {
        using CancellationTokenSource source = new();
        var thrown = Assert.ThrowsAny<OperationCanceledException>(() => ReplicaGroup.Run(
            3,
            member =>
            {
                member.Barrier();
                if (member.Rank == 1)
                {
                    source.Cancel();
                    source.Token.ThrowIfCancellationRequested();
                }

                member.Barrier();
            },
            source.Token));

        Assert.Equal(source.Token, thrown.CancellationToken);
    }

    [Fact]
    public void Cancellation_before_the_start_runs_nothing() =>
        Assert.ThrowsAny<OperationCanceledException>(() => ReplicaGroup.Run(2, _ => Assert.Fail("ran"), new CancellationToken(true)));
}
