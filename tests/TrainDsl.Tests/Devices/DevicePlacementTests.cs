using System;
using TrainDsl.Devices;
using Xunit;

namespace TrainDsl.Tests.Devices;

public sealed class DevicePlacementTests
{
    [Theory]
    [InlineData(0, 1, 1, 2, 8, 1)]
    [InlineData(0, 4, 0, 2, 8, 0)]
    [InlineData(3, 4, 1, 2, 8, 7)]
    [InlineData(3, 4, 1, 2, 2, 1)]
    public void Each_replica_has_a_device(int localRank, int localSize, int replica, int replicas, int visible, int expected) =>
        Assert.Equal(expected, DevicePlacement.IndexOf(localRank, localSize, replica, replicas, visible));

    [Fact]
    public void Too_few_devices_are_refused_with_the_numbers()
    {
        var thrown = Assert.Throws<InvalidOperationException>(() => DevicePlacement.IndexOf(0, 2, 0, 2, 3));
        Assert.Contains("2 process(es)", thrown.Message);
        Assert.Contains("need 4 devices, but 3 are visible", thrown.Message);
    }
}
