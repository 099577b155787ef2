using System;
using TorchSharp;
using static TorchSharp.torch;

namespace TrainDsl.Devices;

/// <summary>Chooses the device of a run.</summary>
public static class DeviceSelection
{
    /// <summary>The device asked for; where none is, CUDA if libtorch finds a device, else the CPU.</summary>
    /// <param name="options">The run's options.</param>
    /// <exception cref="ArgumentException">The device asked for is not supported, or not there.</exception>
    public static Device Of(TrainingOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        DeviceType type = options.Device ?? (cuda.is_available() ? DeviceType.CUDA : DeviceType.CPU);
        return type switch
        {
            DeviceType.CPU => CPU,
            DeviceType.CUDA when cuda.is_available() => new Device(DeviceType.CUDA, 0),
            DeviceType.CUDA => throw new ArgumentException(
                "CUDA was asked for, and libtorch finds no CUDA device. Build with -p:TorchBackend=cuda on a machine with one, or leave Device unset.", nameof(options)),
            _ => throw new ArgumentException($"Device {type} is not supported; CPU and CUDA are.", nameof(options)),
        };
    }
}
