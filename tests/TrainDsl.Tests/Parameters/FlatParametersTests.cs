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

/// <remarks>Each test holds its tensors in a scope: one that is collected while a native call reads it ends the process.</remarks>
public sealed class FlatParametersTests
{
    [Fact]
    public void ParametersBecomeViewsWithTheirValues()
    {
        using DisposeScope tensors = NewDisposeScope();
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
        using DisposeScope tensors = NewDisposeScope();
        using var model = Linear(3, 2);
        using var parameters = new FlatParameters(model, DecayOnly.All);
        using var backpropagation = new Backpropagation(parameters);
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
        using DisposeScope tensors = NewDisposeScope();
        using var model = new TiedModel();
        using var parameters = new FlatParameters(model, DecayOnly.All);

        Assert.Equal(["First.weight", "First.bias"], parameters.Buffers[0].Slots.Select(static s => s.Name));
    }

    /// <summary>Two parameters over one memory stay one after the move, and their gradients add up.</summary>
    [Fact]
    public void ParametersOverOneMemoryAreTied()
    {
        using DisposeScope tensors = NewDisposeScope();
        using var model = new AliasedModel(static weight => nn.Parameter(weight.detach()));
        using var parameters = new FlatParameters(model, DecayOnly.All);
        using var backpropagation = new Backpropagation(parameters);
        using Tensor input = ones(1, 2);

        backpropagation.Run(model.call(input).sum(), 1.0);

        Assert.Equal(["First"], parameters.Buffers[0].Slots.Select(static s => s.Name));
        using (no_grad())
        {
            parameters.Buffers[0].Values.fill_(0.5f);
        }

        Assert.Equal(model.First.data<float>().ToArray(), model.Second.data<float>().ToArray());
        // d/dW of sum(x W W) for W of ones and x of ones: both uses of W count.
        Assert.Equal([4f, 4f, 4f, 4f], parameters.Buffers[0].Gradients.narrow(0, 0, 4).data<float>().ToArray());
    }

    [Fact]
    public void AFrozenParameterOverTheMemoryOfATrainableOneFollowsIt()
    {
        using DisposeScope tensors = NewDisposeScope();
        using var model = new AliasedModel(static weight => nn.Parameter(weight.detach(), requires_grad: false));
        using var parameters = new FlatParameters(model, DecayOnly.All);
        using (no_grad())
        {
            parameters.Buffers[0].Values.fill_(3f);
        }

        Assert.Equal([3f, 3f, 3f, 3f], model.Second.data<float>().ToArray());
        Assert.Null(model.Second.grad);
    }

    [Fact]
    public void ParametersThatShareMemoryInAnotherLayoutAreRefused()
    {
        using DisposeScope tensors = NewDisposeScope();
        using var model = new AliasedModel(static weight => nn.Parameter(weight.detach().t()));
        string message = Assert.Throws<ArgumentException>(() => new FlatParameters(model, DecayOnly.All)).Message;
        Assert.Contains("'First'", message, StringComparison.Ordinal);
        Assert.Contains("'Second'", message, StringComparison.Ordinal);
    }

    [Fact]
    public void ScalarsAndEmptyParametersHaveTheirPlaces()
    {
        using DisposeScope tensors = NewDisposeScope();
        using var model = new OddModel(withScalar: true);
        using var parameters = new FlatParameters(model, DecayOnly.Matrices);

        Assert.Equal(1, parameters.Count);
        Assert.Equal([1L, 0L], parameters.Buffers[0].Slots.Select(static s => s.Count).OrderDescending());
        Assert.Equal([0L, 3L], model.Empty.shape);
        Assert.Empty(model.Scalar!.shape);
        Assert.Equal(2f, model.Scalar.ToSingle());
    }

    [Fact]
    public void AModelOfEmptyParametersAloneIsRefused()
    {
        using DisposeScope tensors = NewDisposeScope();
        using var model = new OddModel(withScalar: false);
        Assert.Contains("no trainable parameters", Assert.Throws<ArgumentException>(() => new FlatParameters(model, DecayOnly.All)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ComplexParametersAreRefusedByName()
    {
        using DisposeScope tensors = NewDisposeScope();
        using var model = new AliasedModel(static _ => nn.Parameter(zeros(2, dtype: ScalarType.ComplexFloat32)));
        Assert.Contains("'Second'", Assert.Throws<ArgumentException>(() => new FlatParameters(model, DecayOnly.All)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ElementTypesHaveBuffersOfTheirOwn()
    {
        using DisposeScope tensors = NewDisposeScope();
        using var model = Sequential(Linear(2, 2, dtype: ScalarType.Float32), Linear(2, 2, dtype: ScalarType.Float64));
        using var parameters = new FlatParameters(model, DecayOnly.All);

        Assert.Equal([ScalarType.Float32, ScalarType.Float64], parameters.Buffers.Select(static b => b.ElementType));
    }

    [Fact]
    public void DecayCanLeaveOutBiasesAndNorms()
    {
        using DisposeScope tensors = NewDisposeScope();
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
        using DisposeScope tensors = NewDisposeScope();
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
        using DisposeScope tensors = NewDisposeScope();
        using Module<Tensor, Tensor> flat = LayerModel.Create(kind);
        using Module<Tensor, Tensor> plain = LayerModel.Create(kind);
        plain.load_state_dict(flat.state_dict());
        using Tensor input = LayerModel.Input(kind);
        using var parameters = new FlatParameters(flat, DecayOnly.All);
        using var optimizer = new FusedSgd(parameters, momentum: 0.9, dampening: 0.0, nesterov: false, weightDecay: 0.0);
        using var backpropagation = new Backpropagation(parameters);
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

    private sealed class AliasedModel : Module<Tensor, Tensor>
    {
        public readonly TorchSharp.Modules.Parameter First = nn.Parameter(ones(2, 2));
        public readonly TorchSharp.Modules.Parameter Second;

        public AliasedModel(Func<Tensor, TorchSharp.Modules.Parameter> second)
            : base(nameof(AliasedModel))
        {
            Second = second(First);
            RegisterComponents();
        }

        public override Tensor forward(Tensor input) => input.matmul(First).matmul(Second);
    }

    private sealed class OddModel : nn.Module
    {
        public readonly TorchSharp.Modules.Parameter Empty = nn.Parameter(zeros(0, 3));
        public readonly TorchSharp.Modules.Parameter? Scalar;

        public OddModel(bool withScalar)
            : base(nameof(OddModel))
        {
            Scalar = withScalar ? nn.Parameter(tensor(2f)) : null;
            RegisterComponents();
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
