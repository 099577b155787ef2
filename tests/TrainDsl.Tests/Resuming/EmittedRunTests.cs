using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text.Json;
using System.Threading;
using TorchSharp;
using TrainDsl.Batching;
using TrainDsl.Checkpoints;
using TrainDsl.Tests.Checkpoints;
using TrainDsl.Tests.Monitoring;
using Xunit;
using static TorchSharp.torch;

namespace TrainDsl.Tests.Resuming;

/// <summary>Generated loops: killed, cancelled, failing, out of memory, and resumed.</summary>
[Collection(AloneCollection.Name)]
public sealed class EmittedRunTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    [Trait("Category", "Slow")]
    public void A_run_killed_at_fifty_instants_comes_to_the_same_bits()
    {
        const int Kills = 50;
        const long LastStep = 600;
        byte[] whole = TrainToTheEnd(_folder.File("whole"), _folder.File("whole.bin"));
        string checkpoints = _folder.File("killed");
        var random = new Random(5);
        var store = new CheckpointStore(checkpoints);
        int unfinishedWrites = 0;
        long from = 0;
        for (int kill = 0; kill < Kills; kill++)
        {
            using (var probe = new Checkpoints.CheckpointProbe("train", checkpoints, _folder.File("never.bin")))
            {
                from = long.Parse(probe.ReadLine()!["from ".Length..]);
                Assert.True(from < LastStep - 20, $"After {kill} kills the run is at step {from} already.");
                int lines = random.Next(1, 12);
                for (int line = 0; line < lines; line++)
                {
                    Assert.StartsWith("step ", probe.ReadLine()!, StringComparison.Ordinal);
                }

                Thread.SpinWait(random.Next(0, 200_000));
                probe.Kill();
            }

            unfinishedWrites += Directory.Exists(checkpoints) && Directory.EnumerateDirectories(checkpoints, ".step-*").Any() ? 1 : 0;
            CheckpointInfo? latest = store.FindLatest(out IReadOnlyList<CheckpointProblem> problems);
            Assert.Empty(problems);
            Assert.True((latest?.Step ?? 0) >= from, $"Step {from} was durable before, and now {latest?.Step}.");
        }

        byte[] resumed = TrainToTheEnd(checkpoints, _folder.File("resumed.bin"));

        Assert.Equal(whole, resumed);
        Assert.True(from > 0, "No run was killed after its first checkpoint.");
        Assert.True(unfinishedWrites > 0, "No kill fell into a write.");
    }

    [Fact]
    public void A_run_goes_on_from_devices_to_one_and_back()
    {
        TrainingOptions options = Options(_folder.File("devices"));
        Cancel(options with { Devices = 3 }, afterStep: 100);
        Cancel(options with { Resume = Resume.Latest, MicroBatch = 4 }, afterStep: 200);
        TrainingResult end = Cancel(options with { Resume = Resume.Latest, Devices = 2 }, afterStep: 300);

        Assert.Equal(new BatchPlan(6, 2, 1, 2), end.Plan);
        Assert.Equal(300, end.Steps);
        Assert.Equal(300, new CheckpointStore(options.CheckpointFolder!).FindLatest(out _)!.Step);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void A_dataset_that_fails_ends_with_a_checkpoint_and_the_index(int devices)
    {
        TrainingOptions options = Options(_folder.File("failing")) with { Devices = devices };
        using var training = new KilledTraining(new ResumedSamples { Unreadable = 50 });

        DatasetException failure = Assert.Throws<DatasetException>(() => training.Run(options));

        Assert.Equal(50, failure.SampleIndex);
        CheckpointInfo latest = new CheckpointStore(options.CheckpointFolder!).FindLatest(out _)!;

        // Each epoch has it once: it fails in the first five steps.
        Assert.InRange(latest.Step, 0, 4);
        TrainingResult rest = Cancel(options with { Resume = Resume.Latest }, afterStep: 20);
        Assert.Equal(20, rest.Steps);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void A_loss_that_is_not_a_number_stops_with_a_checkpoint_and_the_samples(int devices)
    {
        TrainingOptions options = Options(_folder.File("poisoned")) with { Devices = devices };
        using var training = new KilledTraining(new ResumedSamples { Poisoned = 7 });

        NonFiniteException failure = Assert.Throws<NonFiniteException>(() => training.Run(options));

        Assert.Contains(7, failure.Samples);
        Assert.InRange(failure.Step, 0, 4);
        Assert.Equal(failure.Step, new CheckpointStore(options.CheckpointFolder!).FindLatest(out _)!.Step);
        Assert.All(training.Model.parameters(), static parameter => Assert.True(parameter.isfinite().all().item<bool>()));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Steps_that_are_not_finite_are_left_out_and_counted(int devices)
    {
        TrainingOptions options = Options(_folder.File("skipping")) with { Devices = devices };
        using var training = new SkippingTraining(new ResumedSamples { Poisoned = 7 });

        TrainingResult result = training.Run(options);

        Assert.Equal(20, result.Steps);
        Assert.All(training.Model.state_dict().Values, static value => Assert.True(value.isfinite().all().item<bool>()));
        Assert.All(result.Epochs, static epoch => Assert.True(double.IsFinite(epoch.TrainingLoss)));
        using JsonDocument state = State(options.CheckpointFolder!);
        Assert.Equal(4, Find(state.RootElement, "skippedSteps").GetInt64());
    }

    [Fact]
    public void A_definition_without_checkpoints_refuses_to_resume()
    {
        using var training = new Devices.TwoDevices(new Devices.FactorSamples(640));
        InvalidOperationException failure = Assert.Throws<InvalidOperationException>(
            () => training.Run(new TrainingOptions { Device = DeviceType.CPU, Resume = Resume.Latest, Monitors = [] }));
        Assert.Contains("declares no [Checkpoint]", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_micro_batch_is_halved_until_it_fits_and_the_run_comes_to_the_same_weights()
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }

        float[] whole = Hungry("whole", mebibytes: 0, out string plan, out _, out _);
        float[] limited = Hungry("limited", mebibytes: 600, out string fitted, out string told, out string checkpoints);

        Assert.Equal("plan " + new BatchPlan(48, 1, 1, 1), plan);
        Assert.NotEqual(plan, fitted);
        BatchPlan end = new[] { 24L, 12, 6, 3 }.Select(static micro => new BatchPlan(micro, 1, 1, 48 / micro)).Single(candidate => "plan " + candidate == fitted);
        Assert.Contains("out of memory in step 1 with micro-batch 48", told, StringComparison.Ordinal);
        Assert.Contains(end.ToAttributes(), told, StringComparison.Ordinal);
        using JsonDocument state = State(checkpoints);
        Assert.Equal(end.MicroBatch, Find(state.RootElement, "microBatch").GetInt64());
        for (int i = 0; i < whole.Length; i++)
        {
            Assert.Equal(whole[i], limited[i], 1e-5);
        }
    }

    [Fact]
    public void The_memory_report_of_a_definition_gives_its_activations()
    {
        using var training = new HungryTraining(new ResumedSamples());
        var report = training.MeasureMemory(new TrainingOptions { Device = DeviceType.CPU, MicroBatch = 8 });
        Assert.Equal(new BatchPlan(8, 1, 1, 6), report.Plan);
        if (OperatingSystem.IsLinux())
        {
            // 8 MiB a sample for each of the operations that keep their result.
            Assert.InRange(report.Activations!.Value, 8 * (8L << 20), 80 * (8L << 20));
        }
    }

    private static TrainingOptions Options(string folder) => new() { CheckpointFolder = folder, Device = DeviceType.CPU, Monitors = [] };

    private static TrainingResult Cancel(TrainingOptions options, long afterStep)
    {
        using var cancellation = new CancellationTokenSource();
        using var training = new KilledTraining(new ResumedSamples());
        return training.Run(options with { Monitors = [new StepAction(afterStep, cancellation.Cancel)] }, cancellation.Token);
    }

    private static byte[] TrainToTheEnd(string checkpoints, string result)
    {
        using var probe = new Checkpoints.CheckpointProbe("train", checkpoints, result);
        while (probe.ReadLine() is not null)
        {
        }

        Assert.True(probe.WaitForExit() == 0, probe.ReadErrors());
        return File.ReadAllBytes(result);
    }

    private static JsonDocument State(string folder) =>
        JsonDocument.Parse(File.ReadAllText(new CheckpointStore(folder).FindLatest(out _)!.PathOf("state.json")));

    private static JsonElement Find(JsonElement element, string name)
    {
        foreach (JsonProperty property in element.EnumerateObject())
        {
            if (property.Name == name)
            {
                return property.Value;
            }

            if (property.Value.ValueKind == JsonValueKind.Object && Find(property.Value, name) is { ValueKind: not JsonValueKind.Undefined } found)
            {
                return found;
            }
        }

        return default;
    }

    private float[] Hungry(string name, int mebibytes, out string plan, out string told, out string checkpoints)
    {
        checkpoints = _folder.File(name);
        string result = _folder.File(name + ".bin");
        using var probe = new Checkpoints.CheckpointProbe("hungry", checkpoints, result, $"{mebibytes}");
        plan = "";
        while (probe.ReadLine() is { } line)
        {
            plan = line;
        }

        told = probe.ReadErrors();
        Assert.True(probe.WaitForExit() == 0, told);
        return [.. System.Runtime.InteropServices.MemoryMarshal.Cast<byte, float>(File.ReadAllBytes(result)).ToArray()];
    }
}
