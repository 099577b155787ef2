using System;
using System.Collections.Generic;
using TorchSharp;
using TorchSharp.Modules;
using TrainDsl.Parameters;
using TrainDsl.Stepping;
using Xunit;
using static TorchSharp.torch;

namespace TrainDsl.Tests.Parameters;

/// <summary>What user code does to parameters and gradients during a run is followed or refused by name; nothing trains on in silence.</summary>
public sealed class TamperingTests
{
    private static readonly Dictionary<string, Action<TamperedModel>> s_cuts = new()
    {
        ["model.zero_grad"] = static model => model.zero_grad(),
        ["layer.zero_grad"] = static model => model.Layer.zero_grad(),
        ["grad = null"] = static model => model.First.grad = null,
        ["grad = other"] = static model => model.First.grad = zeros(1),
    };

    private static readonly Dictionary<string, (Action<TamperedModel> Act, string Named)> s_harms = new()
    {
        ["to(float64)"] = (static model => model.to(ScalarType.Float64), "First"),
        ["half()"] = (static model => model.half(), "First"),
        ["layer.to(float64)"] = (static model => model.Layer.to(ScalarType.Float64), "Layer.weight"),
        ["set_"] = (static model => SetFirst(model), "First"),
        ["new parameter in a field"] = (static model => model.First = new Parameter(ones(1)), "First"),
        ["new parameter in a layer"] = (static model => model.Layer.weight = new Parameter(ones(1, 1)), "Layer.weight"),
        ["new frozen parameter"] = (static model => model.Frozen = new Parameter(ones(1)), "Frozen"),
        ["new layer"] = (static model => model.Layer = nn.Linear(1, 1), "Layer"),
        ["new buffer"] = (static model => model.Average = ones(1), "Average"),
        ["layer added"] = (static model => model.register_module("Added", nn.Linear(1, 1)), "Added"),
        ["parameter added"] = (static model => model.register_parameter("Added", new Parameter(ones(1))), "Added"),
        ["buffer added"] = (static model => model.register_buffer("Added", ones(1)), "Added"),
        ["frozen"] = (static model => model.First.requires_grad = false, "First"),
        ["layer frozen"] = (static model => model.Layer.weight!.requires_grad_(false), "Layer.weight"),
        ["unfrozen"] = (static model => model.Frozen.requires_grad = true, "Frozen"),
    };

    public static TheoryData<string> Cuts => [.. s_cuts.Keys];

    public static TheoryData<string> Harms => [.. s_harms.Keys];

    [Theory]
    [MemberData(nameof(Cuts))]
    public void GradientsTakenAwayInTheHookArePutBack(string cut)
    {
        using var training = new TamperedTraining(new OneSamples(6)) { InHook = s_cuts[cut] };
        training.Train();
        AssertTrained(training.Model);
    }

    [Theory]
    [MemberData(nameof(Cuts))]
    public void GradientsTakenAwayInTheLossArePutBack(string cut)
    {
        using var training = new TamperedTraining(new OneSamples(6)) { InLoss = s_cuts[cut] };
        training.Train();
        AssertTrained(training.Model);
    }

    [Theory]
    [MemberData(nameof(Cuts))]
    public void GradientsTakenAwayInForwardArePutBack(string cut)
    {
        using var training = new TamperedTraining(new OneSamples(6));
        training.Model.InForward = s_cuts[cut];
        training.Train();
        AssertTrained(training.Model);
    }

    [Theory]
    [MemberData(nameof(Cuts))]
    public void GradientsTakenAwayByAMonitorArePutBack(string cut)
    {
        using var training = new TamperedTraining(new OneSamples(6));
        training.Train(new ActingMonitor(() => s_cuts[cut](training.Model)));
        AssertTrained(training.Model);
    }

    [Theory]
    [MemberData(nameof(Harms))]
    public void AParameterTakenOutOfTheRunInTheHookIsRefusedByName(string harm)
    {
        using var training = new TamperedTraining(new OneSamples(6)) { InHook = s_harms[harm].Act };
        AssertRefused(() => training.Train(), harm);
    }

    [Theory]
    [MemberData(nameof(Harms))]
    public void AParameterTakenOutOfTheRunByAMonitorIsRefusedByName(string harm)
    {
        using var training = new TamperedTraining(new OneSamples(6));
        AssertRefused(() => training.Train(new ActingMonitor(() => s_harms[harm].Act(training.Model))), harm);
    }

    /// <summary>Frozen within the loss, before its graph is made, a parameter would be decayed and moved by its momentum.</summary>
    [Theory]
    [InlineData("frozen")]
    [InlineData("unfrozen")]
    [InlineData("set_")]
    public void AParameterTakenOutOfTheRunInTheLossIsRefusedByName(string harm)
    {
        using var training = new TamperedTraining(new OneSamples(6)) { InLoss = s_harms[harm].Act };
        AssertRefused(() => training.Train(), harm);
        AssertUntouched(training.Model);
    }

    [Theory]
    [InlineData("frozen")]
    [InlineData("unfrozen")]
    [InlineData("to(float64)")]
    public void OfSeveralReplicasTheFirstRefusesForAll(string harm)
    {
        using var training = new TamperedReplicas(new OneSamples(8)) { InHook = s_harms[harm].Act };
        AssertRefused(() => training.Run(new TrainingOptions { Monitors = [], Device = DeviceType.CPU }), harm);
    }

    /// <summary>What is kept apart of what is registered is searched for at the end of an epoch, and of the run.</summary>
    [Theory]
    [InlineData(true, 1)]
    [InlineData(false, 1)]
    [InlineData(true, 2)]
    public void ALayerAddedApartIsRefused(bool isListed, int replicas)
    {
        int steps = 0;
        using var training = new TamperedTraining(new OneSamples(6));
        training.InHook = model =>
        {
            if (++steps < 3)
            {
                return;
            }

            if (isListed)
            {
                model.Kept.Add(nn.Linear(1, 1));
            }
            else
            {
                model.Late = nn.Linear(1, 1);
            }
        };

        string message = Assert.Throws<InvalidOperationException>(() => training.Train(devices: replicas)).Message;

        Assert.Contains(isListed ? "Kept[0]: Linear" : "Late: Linear", message, StringComparison.Ordinal);
    }

    [Fact]
    public void WeightsChangedInPlaceAreTrainedOn()
    {
        using var training = new TamperedTraining(new OneSamples(6))
        {
            InHook = static model =>
            {
                using (no_grad())
                {
                    model.First.fill_(1f);
                }
            },
        };
        training.Train();
        Assert.Equal(1f, training.Model.First.item<float>());
        Assert.Equal(0.7f, training.Model.Layer.weight!.item<float>(), 1e-6f);
    }

    [Fact]
    public void CheckingAllocatesNothing()
    {
        using DisposeScope tensors = NewDisposeScope();
        using var model = new TamperedModel();
        using var parameters = new FlatParameters(model, DecayOnly.All);
        using var backpropagation = new Backpropagation(parameters);
        long allocated = 0;
        for (int pass = 0; pass < 100; pass++)
        {
            Tensor loss = model.call(ones(1)).sum();
            long before = GC.GetAllocatedBytesForCurrentThread();
            parameters.ZeroGradients();
            backpropagation.Run(loss, 0.5);
            allocated += pass < 50 ? 0 : GC.GetAllocatedBytesForCurrentThread() - before;
        }

        Assert.Equal(0, allocated);
    }

    private static void SetFirst(TamperedModel model)
    {
        using (no_grad())
        {
            model.First.set_(ones(1));
        }
    }

    private static void AssertTrained(TamperedModel model)
    {
        Assert.Equal(0.7f, model.First.item<float>(), 1e-6f);
        Assert.Equal(0.7f, model.Layer.weight!.item<float>(), 1e-6f);
        Assert.Equal(1f, model.Frozen.item<float>());
    }

    private static void AssertUntouched(TamperedModel model)
    {
        Assert.Equal(1f, model.First.item<float>());
        Assert.Equal(1f, model.Layer.weight!.item<float>());
    }

    private static void AssertRefused(Action run, string harm)
    {
        string message = Assert.Throws<InvalidOperationException>(run).Message;
        Assert.Contains($"'{s_harms[harm].Named}'", message, StringComparison.Ordinal);
        Assert.Contains("before Run", message, StringComparison.Ordinal);
    }

    private sealed class ActingMonitor(Action act) : ITrainingMonitor
    {
        public void OnStep(in StepReport step) => act();
    }
}
