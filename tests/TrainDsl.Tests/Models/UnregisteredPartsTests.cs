using System;
using System.Collections.Generic;
using TorchSharp;
using TorchSharp.Modules;
using Xunit;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace TrainDsl.Tests.Models;

/// <summary>Layers that are reached by fields and not registered are refused before the first step, and nothing else is.</summary>
public sealed class UnregisteredPartsTests
{
    public static TheoryData<string, Func<object>, string> Hidden => new()
    {
        { "list", static () => new List<Linear> { Linear(1, 4), Linear(4, 4) }, "Hidden[1]: Linear with 20 trainable parameters" },
        { "array", static () => new Module[] { ReLU(), Linear(1, 4) }, "Hidden[1]: Linear" },
        { "dictionary", static () => new Dictionary<string, Module> { ["a"] = Linear(1, 1) }, "Hidden[a]: Linear" },
        { "tuple", static () => (1, Linear(1, 1)), "Hidden.Item2: Linear" },
        { "layer", static () => Linear(1, 1), "Hidden: Linear with 2 trainable parameters" },
        { "parameter", static () => new Parameter(ones(3)), "Hidden: a parameter [3]" },
        { "tensor", static () => ones(3, requires_grad: true), "Hidden: a tensor [3] that requires a gradient and is no Parameter" },
        { "function", static () => (Func<Tensor, Tensor>)Linear(1, 1).call, "Hidden: Linear" },
        { "own class", static () => new Holder(Linear(1, 1)), "Hidden.Layer: Linear" },
        { "set", static () => new HashSet<Linear> { Linear(1, 1) }, "Hidden[0]: Linear" },
        { "lists in a list", static () => new List<List<Linear>> { new() { Linear(1, 1) } }, "Hidden[0][0]: Linear" },
        { "dropout", static () => new List<Module> { Dropout() }, "Hidden[0]: Dropout, which would stay in train mode" },
    };

    public static TheoryData<string, Func<HidingModel, object>> Kept => new()
    {
        { "without parameters", static _ => new List<Module> { ReLU(), Tanh() } },
        { "frozen teacher", static _ => Frozen(Linear(1, 1)) },
        { "itself", static model => model },
        { "registered in a list too", static model => new List<object> { model.Weight } },
        { "numbers", static _ => new List<int> { 1, 2 } },
        { "tensor", static _ => ones(3) },
        { "a text", static _ => "text" },
    };

    [Theory]
    [MemberData(nameof(Hidden))]
    public void What_is_hidden_is_named(string where, Func<object> make, string line)
    {
        using var model = new HidingModel { Hidden = make() };
        using var training = new HidingTraining(new Ones(2), model);
        var failure = Assert.Throws<InvalidOperationException>(() => training.Run(new TrainingOptions { Monitors = [] }));
        Assert.True(failure.Message.Contains(line, StringComparison.Ordinal), $"{where}: {failure.Message}");
        Assert.Contains("ModuleList<T>", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_layer_made_in_forward_is_found_after_the_first_step()
    {
        using var model = new HidingModel { Lazily = static () => Linear(1, 1) };
        using var training = new HidingTraining(new Ones(2), model);
        var failure = Assert.Throws<InvalidOperationException>(() => training.Run(new TrainingOptions { Monitors = [] }));
        Assert.Contains("Hidden: Linear", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Kept))]
    public void What_is_not_to_be_trained_is_left_alone(string what, Func<HidingModel, object> make)
    {
        Assert.NotEmpty(what);
        using var model = new HidingModel();
        model.Hidden = make(model);
        using var training = new HidingTraining(new Ones(2), model);
        Assert.True(training.Run(new TrainingOptions { Monitors = [] }).Completed);
    }

    private static Linear Frozen(Linear layer)
    {
        foreach (Parameter parameter in layer.parameters())
        {
            parameter.requires_grad_(false);
        }

        layer.eval();
        return layer;
    }

    private sealed record Holder(Linear Layer);
}
