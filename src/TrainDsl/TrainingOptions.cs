using System.Collections.Generic;
using TorchSharp;
using TrainDsl.Monitoring;

namespace TrainDsl;

/// <summary>What may differ from one run of a definition to the next.</summary>
public sealed record TrainingOptions
{
    /// <summary>A dataset of the definition's dataset type, evaluated after each epoch; null for none.</summary>
    public IDataset? Validation { get; init; }

    /// <summary>Who watches the run; the progress display alone unless set, an empty list for nobody.</summary>
    public IReadOnlyList<ITrainingMonitor> Monitors { get; init; } = [new ConsoleMonitor()];

    /// <summary>The kind of device to train on: the CPU, or CUDA; unless set, CUDA where libtorch finds a device, else the CPU.</summary>
    public DeviceType? Device { get; init; }
}
