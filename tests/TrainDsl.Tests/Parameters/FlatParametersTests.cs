using System;
using System.Linq;
using TorchSharp;
using TrainDsl.Optimizers;
using TrainDsl.Parameters;
using TrainDsl.Stepping;
using Xunit;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace TrainDsl.Tests.Parameters;

public sealed class FlatParametersTests
{
    [Fact]
    public void ParametersBecomeViewsWithTheirValues()
    {
        manual_seed(1);
        using var model = Sequential(Linear(5, 3), ReLU(), Linear(3, 2));
        using Tensor input = rand(4, 5);
        float[] before = model.call(input).data<float>().ToArray();

        using var parameters = new FlatParameters(model, DecayOnly.All);

        Assert.Equal(before, model.call(input).data<float>().ToArray());
        Assert.Equal((5 * 3) + 3 + (3 * 2) + 2, parameters.Count);
        using (no_grad())
        {
            parameters.Buffers[0].Values.zero_();
        }

        Assert.All(model.parameters(), static p => Assert.Equal(0f, p.abs().sum().ToSingle()));
    }

    [Fact]
    public void GradientsAccumulateInTheFlatBuffer()
    {
        using var model = Linear(3, 2);
        using var parameters = new FlatParameters(model, DecayOnly.All);
        using var backpropagation = new Backpropagation();
        using Tensor input = ones(1, 3);

        backpropagation.Run(model.call(input).sum(), 1.0);
        backpropagation.Run(model.call(input).sum(), 0.5);

        ParameterSlot weight = parameters.Buffers[0].Slots.Single(static s => s.Name == "weight");
        Assert.Equal(Enumerable.Repeat(1.5f, 6), parameters.Buffers[0].Gradients.narrow(0, weight.Offset, weight.Count).data<float>().ToArray());
        parameters.ZeroGradients();
        Assert.Equal(0f, model.weight!.grad!.abs().sum().ToSingle());
    }

    [Fact]
    public void TiedParametersAreTakenOnceAndFrozenOnesLeftOut()
    {
        using var model = new TiedModel();
        using var parameters = new FlatParameters(model, DecayOnly.All);

        Assert.Equal(["First.weight", "First.bias"], parameters.Buffers[0].Slots.Select(static s => s.Name));
    }

    [Fact]
    public void ElementTypesHaveBuffersOfTheirOwn()
    {
        using var model = Sequential(Linear(2, 2, dtype: ScalarType.Float32), Linear(2, 2, dtype: ScalarType.Float64));
        using var parameters = new FlatParameters(model, DecayOnly.All);

        Assert.Equal([ScalarType.Float32, ScalarType.Float64], parameters.Buffers.Select(static b => b.ElementType));
    }

    [Fact]
    public void DecayCanLeaveOutBiasesAndNorms()
    {
        using var model = Sequential(Linear(4, 4), LayerNorm(4));
        using var parameters = new FlatParameters(model, DecayOnly.Matrices);

        Assert.Equal([true, false], parameters.Groups.Select(static g => g.Decays));
        Assert.Equal("0.weight", parameters.Buffers[0].Slots[0].Name);
        Assert.Equal(16, parameters.Groups[0].Count);
    }

    [Fact]
    public void AModelWithoutTrainableParametersIsRefused() =>
        Assert.Contains("no trainable parameters", Assert.Throws<ArgumentException>(() => new FlatParameters(ReLU(), DecayOnly.All)).Message, StringComparison.Ordinal);

    [Fact]
    public void DisposingLeavesTheModelUsable()
    {
        using var model = Linear(3, 2);
        using Tensor input = rand(2, 3);
        float[] before = model.call(input).data<float>().ToArray();
        new FlatParameters(model, DecayOnly.All).Dispose();

        Assert.Null(model.weight!.grad);
        Assert.Equal(before, model.call(input).data<float>().ToArray());
        using var again = new FlatParameters(model, DecayOnly.All);
        Assert.Equal(before, model.call(input).data<float>().ToArray());
    }

    /// <summary>Convolutions, norms, embeddings and recurrent layers train through views as they do on their own.</summary>
    [Theory]
    [InlineData("convolution")]
    [InlineData("embedding")]
    [InlineData("recurrent")]
    public void LayersTrainThroughViews(string kind)
    {
        using Module<Tensor, Tensor> flat = LayerModel.Create(kind);
        using Module<Tensor, Tensor> plain = LayerModel.Create(kind);
        using Tensor input = LayerModel.Input(kind);
        using var parameters = new FlatParameters(flat, DecayOnly.All);
        using var optimizer = new FusedSgd(parameters, momentum: 0.9, dampening: 0.0, nesterov: false, weightDecay: 0.0);
        using var backpropagation = new Backpropagation();
        using var torchs = optim.SGD(plain.parameters(), learningRate: 1e-2, momentum: 0.9);
        for (int step = 0; step < 5; step++)
        {
            parameters.ZeroGradients();
            backpropagation.Run(flat.call(input).pow(2).mean(), 1.0);
            optimizer.Step(1e-2);

            torchs.zero_grad();
            plain.call(input).pow(2).mean().backward();
            torchs.step();
        }

        foreach ((var one, var other) in flat.parameters().Zip(plain.parameters()))
        {
            Assert.True(one.allclose(other, rtol: 1e-4, atol: 1e-6), kind);
        }
    }

    private sealed class TiedModel : Module<Tensor, Tensor>
    {
        public readonly TorchSharp.Modules.Linear First = Linear(3, 3);
        public readonly TorchSharp.Modules.Linear Second = Linear(3, 3, hasBias: false);
        public readonly TorchSharp.Modules.Linear Frozen = Linear(3, 3);

        public TiedModel()
            : base(nameof(TiedModel))
        {
            Second.weight = First.weight;
            Frozen.weight!.requires_grad = false;
            Frozen.bias!.requires_grad = false;
            RegisterComponents();
        }

        public override Tensor forward(Tensor input) => Frozen.call(Second.call(First.call(input)));
    }
}
