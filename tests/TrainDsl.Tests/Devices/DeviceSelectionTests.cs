using System;
using TorchSharp;
using TrainDsl.Devices;
using Xunit;
using static TorchSharp.torch;

namespace TrainDsl.Tests.Devices;

/// <summary>The device that a run's options ask for.</summary>
public sealed class DeviceSelectionTests
{
    [Fact]
    public void CudaIsTakenOrThePackageThatHasItNamed()
    {
        var options = new TrainingOptions { Device = DeviceType.CUDA, Monitors = [] };
        if (cuda.is_available())
        {
            Assert.Equal(DeviceType.CUDA, DeviceSelection.TypeOf(options));
            return;
        }

        string message = Assert.Throws<ArgumentException>(() => DeviceSelection.TypeOf(options)).Message;
        Assert.Contains("TorchSharp-cuda-linux", message, StringComparison.Ordinal);
        Assert.Contains("TRAINDSL_DEVICE", message, StringComparison.Ordinal);
    }
}
