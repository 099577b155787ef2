using System;
using System.Runtime.InteropServices;
using TorchSharp;
using TrainDsl.Batching;
using TrainDsl.Checkpoints;
using TrainDsl.Data;
using TrainDsl.Faults;
using TrainDsl.Monitoring;
using TrainDsl.Native;
using TrainDsl.Optimizers;
using TrainDsl.Parameters;
using TrainDsl.Tests.Resuming;
using Xunit;
using static TorchSharp.torch;

namespace TrainDsl.Tests.Faults;

[Collection(AloneCollection.Name)]
public sealed class MemoryTests
{
    [Fact]
    public void What_libtorch_throws_for_more_memory_than_there_is_is_recognised()
    {
        // 2^52 bytes are more than the address space of a process.
        ExternalException refused = Assert.Throws<ExternalException>(static () => zeros(1L << 50, ScalarType.Float32));
        Assert.True(OutOfMemory.Is(refused), refused.Message);
        Assert.True(OutOfMemory.Is(new InvalidOperationException("a step failed", refused)));
    }

    [Theory]
    [InlineData("CUDA out of memory. Tried to allocate 20.00 MiB.", true)]
    [InlineData("[enforce fail at alloc_cpu.cpp:127] err == 0. DefaultCPUAllocator: can't allocate memory: you tried to allocate 8 bytes.", true)]
    [InlineData("DefaultCPUAllocator: not enough memory: you tried to allocate 8 bytes.", true)]
    [InlineData("mat1 and mat2 shapes cannot be multiplied (8x16 and 8x4)", false)]
    public void Messages_of_allocators_are_told_from_others(string message, bool expected)
        => Assert.Equal(expected, OutOfMemory.Is(new LibTorchException(message)));

    [Fact]
    public void Other_exceptions_are_not_taken_for_it()
    {
        Assert.True(OutOfMemory.Is(new InsufficientMemoryException()));
        Assert.False(OutOfMemory.Is(new InvalidOperationException("CUDA out of memory")));
        Assert.False(OutOfMemory.Is(null));
    }

    [Fact]
    public void The_report_adds_up_what_a_replica_keeps()
    {
        using ResumedModel model = new();
        using FlatParameters parameters = new(model, DecayOnly.Matrices);
        using FusedAdam optimizer = new(parameters, AdamDecay.Decoupled, 0.9, 0.999, 1e-8, 0.01);
        BatchPlan plan = new(8, 1, 1, 2);
        ResumedSamples samples = new();
        using BatchPipeline pipeline = new(
            samples, new BatchSequence(samples.Count, plan, dropLast: false), new SampleOrder(samples.Count, 0, shuffle: false), [CPU], 0, 0, 7);

        MemoryReport report = MemoryReport.Of(plan, model, parameters, optimizer, pipeline, activations: 5 << 20);

        long flat = 4 * parameters.Buffers[0].Values.numel();
        const long Frozen = 4 * ((16 * 16) + 16);
        const long Statistics = (4 * (16 + 16)) + 8;
        Assert.Equal(flat + Frozen + Statistics, report.Weights);
        Assert.Equal(flat, report.Gradients);
        Assert.Equal(2 * flat, report.OptimizerState);
        const long BytesPerSample = (4 * 8) + 8;
        Assert.True(report.Staging >= 4 * 8 * BytesPerSample && report.Staging % (8 * BytesPerSample) == 0, $"{report.Staging}");
        Assert.Equal(report.Weights + report.Gradients + report.OptimizerState + report.Staging + (5 << 20), report.Total);
        Assert.Contains("activations          5.0 MiB", report.ToString(), StringComparison.Ordinal);
        Assert.Contains("not measured", (report with { Activations = null }).ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void The_report_counts_what_a_run_keeps_beside_the_model()
    {
        MemoryReport report = new(new BatchPlan(8, 1, 1, 2), Weights: 1, Gradients: 2, OptimizerState: 4, Staging: 8, Activations: 16, Available: 1 << 20)
        {
            Checkpoint = 32,
            BufferCopies = 64,
            EvaluationStaging = 128,
        };

        Assert.Equal(255, report.Total);
        Assert.Matches("checkpoint +32 B\n +buffer copies +64 B\n +evaluation +128 B", report.ToString());
    }

    [Theory]
    [InlineData(false, 100 + 200)]
    [InlineData(true, 100 + 200 + 200)]
    public void Checkpoints_take_the_spare_copy_and_what_replicas_put_side_by_side(bool sharded, long bytes)
        => Assert.Equal(bytes, RunTensors.HostBytes(weights: 100, moments: 200, sharded, CPU));

    [Fact]
    public void Checkpoints_of_another_device_go_through_the_host()
        => Assert.Equal(2 * (100 + 200), RunTensors.HostBytes(weights: 100, moments: 200, sharded: false, new Device(DeviceType.CUDA, 0)));

    [Fact]
    public void A_definition_reports_its_checkpoints_buffers_and_validation()
    {
        using var training = new KilledTraining(new ResumedSamples());
        TrainingOptions options = new() { Device = DeviceType.CPU };

        MemoryReport alone = training.MeasureMemory(options);
        MemoryReport validated = training.MeasureMemory(options with { Validation = new ResumedSamples() });

        // Written from one copy of what model.safetensors and optimizer.safetensors hold.
        Assert.Equal(alone.Weights + alone.OptimizerState, alone.Checkpoint);
        Assert.Equal(0, alone.EvaluationStaging);
        Assert.Equal(validated.Staging, validated.EvaluationStaging);
        Assert.True(alone.Staging > 0);
    }

    [Fact]
    public void The_peak_of_a_pass_is_measured_where_the_system_counts_it()
    {
        const long Bytes = 256L << 20;
        long? peak = ActivationPeak.Measure(static () =>
        {
            using Tensor activation = ones(Bytes / 4, ScalarType.Float32);
        });

        if (!OperatingSystem.IsLinux())
        {
            Assert.Null(peak);
            return;
        }

        // Resident memory is counted for the whole process: other tests run beside this one.
        Assert.NotNull(peak);
        Assert.InRange(peak.Value, Bytes / 2, 16 * Bytes);
    }
}
