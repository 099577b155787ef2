using System;
using System.Collections.Generic;
using TorchSharp;
using TrainDsl.Data;
using TrainDsl.Monitoring;

namespace TrainDsl;

/// <summary>What may differ from one run of a definition to the next.</summary>
public sealed record TrainingOptions
{
    /// <summary>A dataset of the definition's dataset type, evaluated after each epoch; null for none.</summary>
    public IDataset? Validation { get; init; }

    /// <summary>Where checkpoints are written to and resumed from; unless set, <c>checkpoints/</c> and the definition's full name (namespace and containing
    /// types included) under the working directory.</summary>
    public string? CheckpointFolder { get; init; }

    /// <summary>Which checkpoint the run goes on from; unless set, it begins anew.</summary>
    public Resume Resume { get; init; } = Resume.None;

    /// <summary>Who watches the run; the progress display alone unless set, an empty list for nobody: nothing is printed then.</summary>
    public IReadOnlyList<ITrainingMonitor> Monitors
    {
        get => Notices.Monitors;
        init => Notices = new Notices(value);
    }

    /// <summary>
    /// Whether <see cref="StepReport.GradientNorm"/> is measured where no <c>[ClipGradNorm]</c> is declared, for the definition's own <c>OnStep</c>; monitors ask for it themselves.
    /// </summary>
    public bool MeasureGradientNorm { get; init; }

    /// <summary>
    /// The kind of device to train on: the CPU, or CUDA; unless set here or by <c>TRAINDSL_DEVICE</c>, CUDA where libtorch finds a device, else the CPU.
    /// </summary>
    public DeviceType? Device { get; init; }

    /// <summary>
    /// Devices on each node, at least 1; unless set here or by <c>TRAINDSL_DEVICES</c>, as declared. The global batch is kept: accumulation takes up the difference.
    /// </summary>
    public int? Devices { get; init; }

    /// <summary>
    /// Nodes, at least 1; unless set here or by <c>TRAINDSL_NODES</c>, the processes that MPI's launcher started, else as declared. The global batch is kept.
    /// </summary>
    public int? Nodes { get; init; }

    /// <summary>
    /// Samples in one pass of one replica, at least 1; unless set here or by <c>TRAINDSL_MICRO_BATCH</c>, as declared, or the largest below it that keeps the
    /// global batch on the devices at hand.
    /// </summary>
    public long? MicroBatch { get; init; }

    /// <summary>
    /// Whether a step that runs out of memory is repeated with half the micro-batch and twice the accumulation; null for what <c>[MicroBatch(Auto = ...)]</c> declares.
    /// The plan that fits is printed as attributes to paste. On one node.
    /// </summary>
    public bool? AutoMicroBatch { get; init; }

    /// <summary>
    /// How long a run that is to end, because it was cancelled or something threw, waits for a <c>Read</c> of a dataset that does not return; 10 seconds unless
    /// set. A checkpoint is written before; the exception or the notice names the sample.
    /// </summary>
    public TimeSpan ReadTimeout { get; init; } = BatchPipeline.DefaultPatience;

    /// <summary>What the run says in words, to <see cref="Monitors"/>.</summary>
    internal Notices Notices { get; init; } = new([new ConsoleMonitor()]);
}
