using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using TorchSharp;
using TorchSharp.Modules;
using TrainDsl.Devices;
using TrainDsl.Parameters;
using Xunit;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace TrainDsl.Tests.Models;

/// <summary>The whole state of a model goes where the model goes, and its owner stays its owner.</summary>
public sealed class ModelStateTests
{
    private static TrainingOptions Quiet(int devices = 1) => new() { Monitors = [], Devices = devices, Device = DeviceType.CPU, CheckpointFolder = null };

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void A_buffer_that_is_not_persistent_is_the_same_in_every_replica(int devices)
    {
        using var folder = new Checkpoints.TemporaryFolder();
        using var model = new TransientScale();
        using (no_grad())
        {
            model.Scale.fill_(10);
        }

        using var training = new TransientScaleTraining(new Ones(2), model);
        training.Run(Quiet(devices) with { CheckpointFolder = folder.Path });

        // Each step adds 1 to the scale before it is used, in each micro-batch; two replicas have one micro-batch a step each, and take over the first one's.
        float[] scales = devices == 1 ? [11.5f, 13.5f, 15.5f] : [11f, 12f, 13f];
        Assert.Equal(-scales.Sum(), NumberedModel.Values(model.Weight)[0], 4);
    }

    [Fact]
    public void A_buffer_that_is_not_persistent_is_resumed()
    {
        using var whole = new Checkpoints.TemporaryFolder();
        using var parts = new Checkpoints.TemporaryFolder();
        using var uninterrupted = new TransientScaleTraining(new Ones(2));
        uninterrupted.Run(Quiet() with { CheckpointFolder = whole.Path });

        using var stop = new CancellationTokenSource();
        using var first = new TransientScaleTraining(new Ones(2));
        first.Run(Quiet() with { CheckpointFolder = parts.Path, Monitors = [new StopAt(2, stop)] }, stop.Token);
        using var second = new TransientScaleTraining(new Ones(2));
        second.Run(Quiet() with { CheckpointFolder = parts.Path, Resume = Resume.Latest });

        Assert.Equal(NumberedModel.Values(uninterrupted.Model.Scale), NumberedModel.Values(second.Model.Scale));
        Assert.Equal(NumberedModel.Values(uninterrupted.Model.Weight), NumberedModel.Values(second.Model.Weight));
    }

    [Fact]
    public void State_is_listed_under_every_name()
    {
        using var shared = Linear(2, 2);
        using var model = new TiedTwice(shared);
        Assert.Equal(
            ["First.weight", "First.bias", "Second.weight", "Second.bias"], ModelState.Of(model).Select(static tensor => tensor.Name));
        Assert.Equal([false, false, true, true], ModelState.Of(model).Select(static tensor => tensor.IsAlias));
    }

    [Fact]
    public void What_containers_hold_is_listed_as_pytorch_names_it()
    {
        using var model = Sequential(("norm", BatchNorm1d(2)), ("inner", Sequential(Linear(2, 1, hasBias: false))));
        Assert.Equal(
            ["norm.weight", "norm.bias", "norm.running_mean", "norm.running_var", "norm.num_batches_tracked", "inner.0.weight"],
            ModelState.Of(model).Select(static tensor => tensor.Name));
        using var list = new ParameterList(new Parameter(ones(1)), new Parameter(ones(2)));
        Assert.Equal(["0", "1"], ModelState.Of(list).Select(static tensor => tensor.Name));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void A_part_in_eval_mode_stays_in_it(int devices)
    {
        using var training = new PartlyFrozenTraining(new Ones(4));
        training.Run(Quiet(devices) with { Validation = new Ones(4) });
        Assert.Equal(0f, NumberedModel.Values(training.Model.Norm.running_mean!)[0]);
        Assert.Equal(1f - (0.1f * 10f / MathF.Sqrt(1f + 1e-5f)), NumberedModel.Values(training.Model.Weight)[0], 6);
        Assert.False(training.Model.Norm.training);
        Assert.True(training.Model.training);
    }

    [Fact]
    public void A_model_in_eval_mode_as_a_whole_goes_to_train_mode()
    {
        using var model = new DrawnModel();
        model.eval();
        TrainingMode.Enter(model);
        Assert.All(ModuleParts.AllOf(model), static module => Assert.True(module.training));
    }

    [Fact]
    public void A_sequence_of_layers_in_eval_mode_as_a_whole_goes_to_train_mode()
    {
        using var dropout = Dropout();
        using var model = Sequential(Sequential(dropout), Linear(1, 1));
        model.eval();
        TrainingMode.Enter(model);
        Assert.True(dropout.training);
    }

    [Fact]
    public void A_part_in_train_mode_within_one_in_eval_mode_stays_so()
    {
        using var body = Linear(1, 1);
        using var head = Linear(1, 1);
        using var model = Sequential(("body", Sequential(body)), ("head", head));
        model.eval();
        head.train();
        TrainingMode.Enter(model);
        Assert.False(body.training);
        Assert.True(head.training);
    }

    [Fact]
    public void A_model_that_is_given_stays_its_givers()
    {
        using var model = new DrawnModel();
        using (var first = new DrawnTraining(new Ones(1), model))
        {
            first.Run(Quiet());
        }

        using (var second = new DrawnTraining(new Ones(1), model))
        {
            second.Run(Quiet());
        }

        using Tensor one = ones(1, 1);
        using Tensor output = model.call(one);
        Assert.True(float.IsFinite(NumberedModel.Values(output.flatten())[0]));
    }

    [Fact]
    public void A_model_that_the_training_made_is_disposed_with_it()
    {
        var training = new DrawnTraining(new Ones(1));
        training.Dispose();
        Assert.True(training.Model.Weight.IsInvalid);
    }

    [Fact]
    public async Task Initial_weights_are_a_function_of_the_seed()
    {
        using var expected = new DrawnTraining(new Ones(1));
        float[] wanted = NumberedModel.Values(expected.Model.Weight);
        float[][] made = await Task.WhenAll(Enumerable.Range(0, 4).Select(static _ => Task.Run(static () => Enumerable.Range(0, 50).Select(static _ =>
        {
            using var training = new DrawnTraining(new Ones(1));
            return NumberedModel.Values(training.Model.Weight);
        }).ToArray()))).ContinueWith(static all => all.Result.SelectMany(static one => one).ToArray(), TaskScheduler.Default);
        Assert.All(made, weights => Assert.Equal(wanted, weights));
    }

    [Fact]
    public void A_replica_that_differs_is_refused_by_the_name_of_the_tensor()
    {
        var group = new InProcessGroup(2);
        NumberedModel[] models = [new NumberedModel(), new NumberedModel()];
        using (no_grad())
        {
            models[1].Frozen.fill_(2);
        }

        var failure = Assert.Throws<InvalidOperationException>(() => ReplicaGroup.Run(group, member => StateChecksum.Compare(models[member.Rank], member)));
        Assert.StartsWith("Parameter 'Frozen' of replica 1 differs", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Frozen_parameters_of_other_nodes_are_taken_over()
    {
        var group = new InProcessGroup(2);
        NumberedModel[] models = [new NumberedModel(), new NumberedModel()];
        using (no_grad())
        {
            models[1].Frozen.fill_(2);
        }

        ReplicaGroup.Run(group, member => FrozenParameters.BroadcastFirst(models[member.Rank], member));
        Assert.Equal([1f], NumberedModel.Values(models[1].Frozen));
    }

    private sealed class TiedTwice : Module
    {
        public TiedTwice(Linear shared)
            : base(nameof(TiedTwice))
        {
            register_module("First", shared);
            register_module("Second", shared);
        }
    }

    private sealed class StopAt(long step, CancellationTokenSource stop) : ITrainingMonitor
    {
        public void OnStep(in StepReport report)
        {
            if (report.Step == step)
            {
                stop.Cancel();
            }
        }
    }
}
