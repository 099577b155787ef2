using System;
using System.Linq;
using System.Threading;
using TorchSharp;
using TrainDsl.Batching;
using TrainDsl.Devices;
using TrainDsl.Tests.Numerics;
using TrainDsl.Tests.Monitoring;
using Xunit;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace TrainDsl.Tests.Devices;

/// <summary>Runs of several replicas in one process: who is told what, and how they end.</summary>
public sealed class ReplicaRunTests
{
    private static readonly TrainingOptions s_onCpu = new() { Device = DeviceType.CPU, Monitors = [] };

    [Fact]
    public void HooksAndMonitorsHearOfEachStepOnce()
    {
        var recorder = new RunRecorder();
        using var training = new TwoDevices(new FactorSamples(64 * 3));

        TrainingResult result = training.Run(s_onCpu with { Monitors = [recorder], Validation = new FactorSamples(100) });

        Assert.Equal(12, result.Steps);
        Assert.Equal(12 * 64, result.Samples);
        Assert.Equal(12, training.Steps);
        Assert.Equal(4, training.Epoch);
        Assert.Equal(12, recorder.Losses.Count);
        Assert.Equal(4, result.Epochs.Count);
        Assert.All(result.Epochs, static epoch => Assert.NotNull(epoch.Validation));
        Assert.Equal(training.Evaluate(new FactorSamples(100)).Loss, result.Validation!.Loss, 1e-9);
    }

    [Fact]
    public void CancellationStopsAllReplicasAfterTheSameStep()
    {
        using var cancellation = new CancellationTokenSource();
        using var training = new AdamWFactors(new FactorSamples(640));

        TrainingResult result = training.Run(
            s_onCpu with { Devices = 4, Monitors = [new StepAction(7, cancellation.Cancel)] }, cancellation.Token);

        Assert.Equal(7, result.Steps);
        Assert.False(result.Completed);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(8)]
    public void ADatasetThatFailsEndsAllReplicasWithTheIndex(int devices)
    {
        using var training = new AdamWFactors(new FactorSamples(1000, failsAt: 700));

        DatasetException failure = Assert.Throws<DatasetException>(() => training.Run(s_onCpu with { Devices = devices }));

        Assert.Equal(700, failure.SampleIndex);
    }

    [Fact]
    public void AReplicaThatThrowsEndsTheOthersWithWhatItThrew()
    {
        using var training = new FailingReplica(new FactorSamples(64_000));

        NotSupportedException failure = Assert.Throws<NotSupportedException>(() => training.Run(s_onCpu));

        Assert.Equal("no such layer", failure.Message);
        Assert.Equal(1, ReplicaGroup.ReplicaOf(failure));
    }

    [Fact]
    public void AModelCanBeTrainedAgainAndEvaluatedAfterARunOfReplicas()
    {
        using var training = new TwoDevices(new FactorSamples(640));
        training.Run(s_onCpu);
        double before = training.Evaluate(new FactorSamples(64)).Loss;
        training.Run(s_onCpu with { Devices = 1 });
        Assert.NotEqual(before, training.Evaluate(new FactorSamples(64)).Loss);
    }

    [Fact]
    public void FrozenParametersAndTheirReplicasStayAsTheyAre()
    {
        var model = new FactorModel();
        torch.nn.Module first = model.named_modules().First(static named => named.module is TorchSharp.Modules.Linear).module;
        foreach (TorchSharp.Modules.Parameter parameter in first.parameters())
        {
            parameter.requires_grad = false;
        }

        float[] before = FactorModel.WeightsOf(first);
        float[] all = FactorModel.WeightsOf(model);
        using var training = new AdamWFactors(new FactorSamples(640), model);
        training.Run(s_onCpu with { Devices = 4 });

        Assert.Equal(before, FactorModel.WeightsOf(first));
        Assert.NotEqual(all, FactorModel.WeightsOf(model));
    }

    [Fact]
    public void AModelThatCannotBeMadeAgainIsRefusedWithWhatDiffers()
    {
        using var training = new WideTraining(new FactorSamples(640), new WideModel(16));

        InvalidOperationException failure = Assert.Throws<InvalidOperationException>(() => training.Run(s_onCpu));

        Assert.Contains("'layer.weight' [8, 12]", failure.Message, StringComparison.Ordinal);
        Assert.Contains("'layer.weight' [16, 12]", failure.Message, StringComparison.Ordinal);
        training.Run(s_onCpu with { Devices = 1 });
    }

    [Fact]
    public void StatisticsAreThoseOfTheFirstReplicaOrTheMean()
    {
        using var first = new FirstStatistics(new FactorSamples(64));
        using var averaged = new AveragedStatistics(new FactorSamples(64));
        using var alone = new FirstStatistics(new FactorSamples(64));

        first.Run(s_onCpu);
        averaged.Run(s_onCpu);

        // One replica with two micro-batches of 32 sees, in two steps of its running mean, what two replicas see in one each.
        float[] before = FactorModel.Elements(alone.Model.Norm.running_mean!);
        alone.Run(s_onCpu with { Devices = 1 });
        float[] both = FactorModel.Elements(alone.Model.Norm.running_mean!);
        float[] ofFirst = FactorModel.Elements(first.Model.Norm.running_mean!);
        float[] mean = FactorModel.Elements(averaged.Model.Norm.running_mean!);
        for (int i = 0; i < mean.Length; i++)
        {
            // both = 0.9 x (0.9 x before + 0.1 x a) + 0.1 x b, of which the first replica's is 0.9 x before + 0.1 x a.
            Assert.Equal(0.0, before[i]);
            float ofSecond = both[i] - (0.9f * ofFirst[i]);
            Assert.Equal((ofFirst[i] + ofSecond) / 2, mean[i], 1e-6);
            Assert.NotEqual(ofFirst[i], mean[i]);
        }

        Assert.Equal(1, averaged.Model.Norm.num_batches_tracked!.item<long>());
    }

    [Fact]
    public void DevicesThatAreNotThereAreRefusedWithThePlanToAccept()
    {
        if (cuda.is_available())
        {
            return;
        }

        using var training = new TwoDevices(new FactorSamples(640));

        BatchPlanException failure = Assert.Throws<BatchPlanException>(() => training.Run(new TrainingOptions { Monitors = [] }));

        Assert.Equal([new BatchPlan(32, 1, 1, 2)], failure.Nearest);
        Assert.Contains("needs 2 devices", failure.Message, StringComparison.Ordinal);
        Assert.Contains("Devices = 1 in the TrainingOptions (or TRAINDSL_DEVICES=1 in the environment)", failure.Message, StringComparison.Ordinal);
        Assert.Contains("Device = DeviceType.CPU", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void APlanThatCannotKeepTheGlobalBatchIsRefusedWithTheNearest()
    {
        using var training = new TwoDevices(new FactorSamples(640));
        BatchPlanException failure = Assert.Throws<BatchPlanException>(() => training.Run(s_onCpu with { Devices = 3 }));
        Assert.Contains("Global batch 64 cannot be kept on devices 3", failure.Message, StringComparison.Ordinal);
        Assert.NotEmpty(failure.Nearest);
    }

    [Fact]
    public void NodesWithoutALauncherSayHowToStart()
    {
        using var training = new TwoNodes(new FactorSamples(640));
        Exception failure = Assert.ThrowsAny<Exception>(() => training.Run(s_onCpu));
        Assert.True(
            failure is InvalidOperationException or TrainDsl.Devices.Mpi.MpiNotFoundException && failure.Message.Contains("mpi", StringComparison.OrdinalIgnoreCase),
            failure.ToString());
    }

    [Fact]
    public void TheProcessKeepsItsIntraOpThreads()
    {
        int before = get_num_threads();
        using var training = new TwoDevices(new FactorSamples(64));
        training.Run(s_onCpu);
        Assert.Equal(before, get_num_threads());
    }

    /// <summary>Does something after a step.</summary>
}

/// <summary>Its second replica fails after some steps.</summary>
[Training]
[Model<FactorModel>]
[Dataset<FactorSamples>]
[GlobalBatch(64)]
[MicroBatch(16)]
[Devices(4)]
[Epochs(1)]
[Sgd]
internal sealed partial class FailingReplica
{
    [ThreadStatic]
    private static int s_passes;

    [Loss]
    private static Tensor Loss(FactorModel model, in FactorSamples.Batch batch)
    {
        if (Thread.CurrentThread.Name == "replica 1" && ++s_passes > 10)
        {
            throw new NotSupportedException("no such layer");
        }

        return functional.cross_entropy(model.call(batch.Inputs), batch.Label);
    }
}

/// <summary>A model whose width its constructor without parameters does not know.</summary>
internal sealed class WideModel : Module<Tensor, Tensor>
{
    private readonly TorchSharp.Modules.Linear _layer;

    public WideModel()
        : this(8)
    {
    }

    public WideModel(int width)
        : base(nameof(WideModel))
    {
        _layer = Linear(12, width);
        register_module("layer", _layer);
    }

    public override Tensor forward(Tensor inputs) => _layer.call(inputs);
}

[Training]
[Model<WideModel>]
[Dataset<FactorSamples>]
[GlobalBatch(64)]
[MicroBatch(32)]
[Devices(2)]
[MaxSteps(2)]
[Sgd]
internal sealed partial class WideTraining
{
    [Loss]
    private static Tensor Loss(WideModel model, in FactorSamples.Batch batch) => functional.cross_entropy(model.call(batch.Inputs), batch.Label);
}
