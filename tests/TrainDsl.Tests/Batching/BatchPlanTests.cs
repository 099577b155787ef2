using System;
using TrainDsl.Batching;
using Xunit;

namespace TrainDsl.Tests.Batching;

public sealed class BatchPlanTests
{
    [Fact]
    public void Counts_follow_from_the_terms()
    {
        var plan = new BatchPlan(microBatch: 8, devices: 2, nodes: 4, accumulation: 3);

        Assert.Equal(192, plan.GlobalBatch);
        Assert.Equal(8, plan.Replicas);
        Assert.Equal(24, plan.SamplesPerReplica);
        Assert.Equal("global 192 = micro 8 x devices 2 x nodes 4 x accumulation 3", plan.ToString());
    }

    [Fact]
    public void Attributes_name_nodes_only_where_there_are_several()
    {
        Assert.Equal(
            "[GlobalBatch(64)]\n[MicroBatch(32)]\n[Devices(2)]\n[GradientAccumulation(1)]",
            new BatchPlan(32, 2, 1, 1).ToAttributes());
        Assert.Equal(
            "[GlobalBatch(192)]\n[MicroBatch(8)]\n[Devices(2, Nodes = 4)]\n[GradientAccumulation(3)]",
            new BatchPlan(8, 2, 4, 3).ToAttributes());
    }

    [Fact]
    public void A_plan_that_is_none_cannot_be_made()
    {
        Assert.Equal("devices", Assert.Throws<ArgumentOutOfRangeException>(() => new BatchPlan(8, 0, 1, 1)).ParamName);
        Assert.Equal("accumulation", Assert.Throws<ArgumentOutOfRangeException>(() => new BatchPlan(8, 1, 1, -1)).ParamName);
        var tooLarge = Assert.Throws<ArgumentException>(() => new BatchPlan(long.MaxValue, 1, 2, 1));
        Assert.Contains("Micro-batch 9223372036854775807 x devices 1 x nodes 2", tooLarge.Message, StringComparison.Ordinal);
    }
}
