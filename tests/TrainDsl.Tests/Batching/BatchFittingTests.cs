using System;
using System.Linq;
using CsCheck;
using TrainDsl.Batching;
using Xunit;

namespace TrainDsl.Tests.Batching;

public sealed class BatchFittingTests
{
    private static readonly BatchPlan Declared = new(microBatch: 32, devices: 2, nodes: 1, accumulation: 1);

    private static readonly Gen<BatchPlan> Plans = Gen.Select(
        Gen.Long[1, 96], Gen.Long[1, 8], Gen.Long[1, 4], Gen.Long[1, 12], (micro, devices, nodes, accumulation) =>
            new BatchPlan(micro, devices, nodes, accumulation));

    [Theory]
    [InlineData(null, null, null, "global 64 = micro 32 x devices 2 x nodes 1 x accumulation 1")]
    // The micro-batch stays, and accumulation takes up the difference ...
    [InlineData(1L, null, null, "global 64 = micro 32 x devices 1 x nodes 1 x accumulation 2")]
    // ... or the micro-batch is the largest that fits.
    [InlineData(4L, null, null, "global 64 = micro 16 x devices 4 x nodes 1 x accumulation 1")]
    [InlineData(2L, 4L, null, "global 64 = micro 8 x devices 2 x nodes 4 x accumulation 1")]
    [InlineData(null, null, 8L, "global 64 = micro 8 x devices 2 x nodes 1 x accumulation 4")]
    [InlineData(1L, null, 8L, "global 64 = micro 8 x devices 1 x nodes 1 x accumulation 8")]
    // What is asked for is done, above the declared micro-batch too.
    [InlineData(1L, null, 64L, "global 64 = micro 64 x devices 1 x nodes 1 x accumulation 1")]
    public void The_global_batch_is_kept(long? devices, long? nodes, long? micro, string expected)
    {
        FitResult fit = Fit(Declared, devices, nodes, micro);

        Assert.Null(fit.Message);
        Assert.Equal(expected, fit.PlanOrThrow().ToString());
    }

    [Fact]
    public void A_declared_micro_batch_that_does_not_divide_gives_way_to_the_largest_below()
        => Assert.Equal(new BatchPlan(24, 1, 2, 2), Fit(new BatchPlan(32, 3, 1, 1), 1, 2, null).PlanOrThrow());

    [Fact]
    public void A_micro_batch_that_cannot_keep_it_is_refused_with_the_nearest()
    {
        var refused = Assert.Throws<BatchPlanException>(() => Fit(Declared, null, null, 24).PlanOrThrow());

        Assert.Equal(
            "Global batch 64 cannot be kept by micro-batch 24 on devices 2: 32 samples a replica are not a multiple of 24. "
            + "The nearest plans that keep it:\n"
            + "  global 64 = micro 32 x devices 2 x nodes 1 x accumulation 1\n"
            + "  global 64 = micro 16 x devices 2 x nodes 1 x accumulation 2\n"
            + "  global 64 = micro 8 x devices 2 x nodes 1 x accumulation 4",
            refused.Message);
        Assert.Equal([new(32, 2, 1, 1), new(16, 2, 1, 2), new(8, 2, 1, 4)], refused.Nearest);
    }

    [Fact]
    public void A_micro_batch_that_other_devices_could_keep_is_shown_there()
        => Assert.Equal(
            [new(32, 2, 1, 1), new(16, 2, 1, 2), new(8, 2, 1, 4), new(64, 1, 1, 1)],
            Fit(Declared, null, null, 64).Nearest);

    [Fact]
    public void Devices_that_cannot_keep_it_are_refused_with_the_nearest_fewer_first()
    {
        FitResult fit = Fit(Declared, 3, null, null);

        Assert.False(fit.TryGetPlan(out _, out string? message));
        Assert.StartsWith("Global batch 64 cannot be kept on devices 3: it does not divide into equal shares.", message, StringComparison.Ordinal);
        Assert.Equal([new(32, 2, 1, 1), new(32, 1, 1, 2), new(16, 4, 1, 1), new(8, 8, 1, 1), new(4, 16, 1, 1)], fit.Nearest);
    }

    [Fact]
    public void A_request_for_nothing_is_refused()
        => Assert.Equal(
            "Devices 0 is not positive; at least 1 is expected. The declared plan is global 64 = micro 32 x devices 2 x nodes 1 x accumulation 1.",
            Fit(Declared, 0, null, null).Message);

    [Fact]
    public void The_default_value_is_no_plan()
    {
        Assert.Throws<ArgumentException>(() => Fit(default, null, null, null));
        Assert.Throws<ArgumentException>(() => BatchFitting.Halve(default));
        Assert.Throws<ArgumentException>(() => BatchFitting.Double(default));
    }

    // Brute force decides what can be kept: the requested terms as they are, accumulation and an unrequested micro-batch free.
    [Fact]
    public void A_fit_is_found_exactly_where_there_is_one()
        => Gen.Select(Plans, Maybe(Gen.Long[1, 9]), Maybe(Gen.Long[1, 5]), Maybe(Gen.Long[1, 100])).Sample((declared, devices, nodes, micro) =>
        {
            FitResult fit = Fit(declared, devices, nodes, micro);
            long replicas = (devices ?? declared.Devices) * (nodes ?? declared.Nodes);
            long[] possible = [.. Enumerable.Range(1, (int)declared.GlobalBatch).Select(m => (long)m)
                .Where(m => (micro is null || m == micro) && declared.GlobalBatch % (m * replicas) == 0)];

            Assert.Equal(possible.Length > 0, fit.Plan is not null);
            if (fit.Plan is { } plan)
            {
                Assert.Equal(declared.GlobalBatch, plan.GlobalBatch);
                Assert.Equal(devices ?? declared.Devices, plan.Devices);
                Assert.Equal(nodes ?? declared.Nodes, plan.Nodes);
                Assert.Equal(micro ?? possible.Last(m => m <= declared.MicroBatch), plan.MicroBatch);
                Assert.Empty(fit.Nearest);
            }
            else
            {
                Assert.InRange(fit.Nearest.Count, 1, BatchFitting.MostNearest);
                Assert.Equal(fit.Nearest.Count, fit.Nearest.Distinct().Count());
                Assert.All(fit.Nearest, near => Assert.Equal(declared.GlobalBatch, near.GlobalBatch));
                Assert.All(fit.Nearest, near => Assert.Contains(near.ToString(), fit.Message, StringComparison.Ordinal));
            }
        });

    [Fact]
    public void Extreme_requests_are_refused_or_kept_but_never_wrap()
        => Gen.Select(Maybe(Gen.Long), Maybe(Gen.Long), Maybe(Gen.Long)).Sample((devices, nodes, micro) =>
        {
            var declared = new BatchPlan(1L << 40, 1L << 20, 1, 3);
            FitResult fit = Fit(declared, devices, nodes, micro);
            Assert.True(fit.Plan is null ? fit.Message is not null : fit.Plan.Value.GlobalBatch == declared.GlobalBatch);
            Assert.All(fit.Nearest, near => Assert.Equal(declared.GlobalBatch, near.GlobalBatch));
        });

    [Theory]
    [InlineData(32, 1, 16, 2)]
    [InlineData(15, 1, 5, 3)]
    [InlineData(9, 8, 4, 18)]
    [InlineData(7, 3, 3, 7)]
    [InlineData(3, 2, 2, 3)]
    [InlineData(7, 1, 1, 7)]
    public void Out_of_memory_halves_the_micro_batch(long micro, long accumulation, long halved, long more)
        => Assert.Equal(new BatchPlan(halved, 2, 3, more), BatchFitting.Halve(new BatchPlan(micro, 2, 3, accumulation)));

    [Theory]
    [InlineData(16, 2, 32, 1)]
    [InlineData(8, 3, 12, 2)]
    [InlineData(5, 3, 15, 1)]
    public void Memory_to_spare_doubles_the_micro_batch(long micro, long accumulation, long doubled, long fewer)
        => Assert.Equal(new BatchPlan(doubled, 2, 3, fewer), BatchFitting.Double(new BatchPlan(micro, 2, 3, accumulation)));

    [Fact]
    public void Halving_and_doubling_keep_the_rest_and_come_to_an_end()
        => Plans.Sample(plan =>
        {
            BatchPlan? halved = BatchFitting.Halve(plan);
            BatchPlan? doubled = BatchFitting.Double(plan);

            Assert.Equal(plan.MicroBatch == 1, halved is null);
            Assert.Equal(plan.Accumulation == 1, doubled is null);
            foreach (BatchPlan next in new[] { halved, doubled }.OfType<BatchPlan>())
            {
                Assert.Equal((plan.GlobalBatch, plan.Devices, plan.Nodes), (next.GlobalBatch, next.Devices, next.Nodes));
            }

            Assert.True(halved is null || halved.Value.MicroBatch <= (plan.MicroBatch + 1) / 2);
            Assert.True(doubled is null || doubled.Value.MicroBatch > plan.MicroBatch);
            if (plan.MicroBatch % 2 == 0)
            {
                Assert.Equal(plan, BatchFitting.Double(halved!.Value));
            }
        });

    private static FitResult Fit(BatchPlan declared, long? devices, long? nodes, long? micro)
        => BatchFitting.Fit(declared, new FitRequest { Devices = devices, Nodes = nodes, MicroBatch = micro });

    private static Gen<long?> Maybe(Gen<long> gen) => Gen.Select(Gen.Bool, gen, (there, value) => there ? value : (long?)null);
}
