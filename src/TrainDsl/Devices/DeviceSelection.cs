using System;
using TorchSharp;
using TrainDsl.Batching;
using TrainDsl.Devices.Mpi;
using TrainDsl.Native;
using static TorchSharp.torch;

namespace TrainDsl.Devices;

/// <summary>Chooses the devices of a run.</summary>
internal static class DeviceSelection
{
    private const string DeviceVariable = "TRAINDSL_DEVICE";

    /// <summary>The kind of device asked for, by the options or by <c>TRAINDSL_DEVICE</c> (cpu or cuda), or null.</summary>
    /// <exception cref="ArgumentException">The variable is neither.</exception>
    internal static DeviceType? Asked(TrainingOptions options)
    {
        string? text = Environment.GetEnvironmentVariable(DeviceVariable);
        return options.Device ?? (text?.Trim().ToUpperInvariant()) switch
        {
            null or "" => null,
            "CPU" => DeviceType.CPU,
            "CUDA" => DeviceType.CUDA,
            _ => throw new ArgumentException($"The environment variable {DeviceVariable} is '{text}'; cpu or cuda is expected. Correct or unset it."),
        };
    }

    /// <summary>The kind of device asked for; where none is, CUDA if libtorch finds a device, else the CPU.</summary>
    /// <param name="options">The run's options.</param>
    /// <exception cref="ArgumentException">The device asked for is not supported, or not there.</exception>
    internal static DeviceType TypeOf(TrainingOptions options)
    {
        NativeLibraries.EnsureLoaded();
        DeviceType type = Asked(options) ?? (cuda.is_available() ? DeviceType.CUDA : DeviceType.CPU);
        return type switch
        {
            DeviceType.CPU => DeviceType.CPU,
            DeviceType.CUDA when cuda.is_available() => DeviceType.CUDA,
            DeviceType.CUDA => throw new ArgumentException(
                "CUDA was asked for, and libtorch finds no CUDA device. On a machine with one, reference the package TorchSharp-cuda-linux or TorchSharp-cuda-windows "
                + "instead of the libtorch package for the CPU; on this one, leave Device and TRAINDSL_DEVICE unset.", nameof(options)),
            _ => throw new ArgumentException($"Device {type} is not supported; CPU and CUDA are.", nameof(options)),
        };
    }

    /// <summary>The devices of this process's replicas, in their order.</summary>
    /// <param name="options">The run's options.</param>
    /// <param name="plan">The run's plan.</param>
    /// <param name="session">This process among the nodes, or null where there is one.</param>
    internal static Device[] Of(TrainingOptions options, BatchPlan plan, MpiSession? session)
    {
        var devices = new Device[plan.Devices];
        DeviceType type = TypeOf(options);
        for (int replica = 0; replica < devices.Length; replica++)
        {
            devices[replica] = type == DeviceType.CPU ? CPU : new Device(DeviceType.CUDA, DevicePlacement.IndexOf(
                session?.LocalRank ?? 0, session?.LocalSize ?? 1, replica, devices.Length, cuda.device_count()));
        }

        return devices;
    }
}
