using System;
using TorchSharp;
using TrainDsl.Parameters;
using TrainDsl.Stepping;
using TrainDsl.Tests.Optimizers;
using Xunit;
using static TorchSharp.torch;

namespace TrainDsl.Tests.Stepping;

/// <remarks>Each test holds its tensors in a scope: one that is collected while a native call reads it ends the process.</remarks>
public sealed class BackpropagationTests
{
    [Theory]
    [InlineData(ScalarType.Float32)]
    [InlineData(ScalarType.Float64)]
    [InlineData(ScalarType.BFloat16)]
    [InlineData(ScalarType.Float16)]
    public void ScaleMultipliesTheGradient(ScalarType type)
    {
        using DisposeScope tensors = NewDisposeScope();
        using var model = new ParameterList((type, 3));
        using var parameters = new FlatParameters(model, DecayOnly.All);
        using var backpropagation = new Backpropagation(parameters);

        backpropagation.Run((model.Vector(0) * 2).sum(), 0.25);

        Assert.Equal(1.5, parameters.Buffers[0].Gradients.sum().ToDouble());
    }

    [Fact]
    public void ElementTypeMayChangeBetweenCalls()
    {
        using DisposeScope tensors = NewDisposeScope();
        using var model = new ParameterList((ScalarType.Float32, 1), (ScalarType.Float64, 1));
        using var parameters = new FlatParameters(model, DecayOnly.All);
        using var backpropagation = new Backpropagation(parameters);

        backpropagation.Run(model.Vector(0).sum(), 0.5);
        backpropagation.Run(model.Vector(1).sum(), 0.5);

        Assert.Equal(0.5, model.Vector(0).grad!.ToDouble());
        Assert.Equal(0.5, model.Vector(1).grad!.ToDouble());
    }

    [Fact]
    public void DimensionsMayChangeBetweenCalls()
    {
        using DisposeScope tensors = NewDisposeScope();
        using var model = new ParameterList(ScalarType.Float32, 1);
        using var parameters = new FlatParameters(model, DecayOnly.All);
        using var backpropagation = new Backpropagation(parameters);

        backpropagation.Run(model.Vector(0).sum(), 0.5);
        backpropagation.Run(model.Vector(0) * 1, 0.5);
        backpropagation.Run(model.Vector(0).sum(), 0.5);

        Assert.Equal(1.5, model.Vector(0).grad!.ToDouble());
    }

    [Fact]
    public void ALossOfSeveralElementsIsRefusedWithItsShape()
    {
        using DisposeScope tensors = NewDisposeScope();
        using var model = new ParameterList(ScalarType.Float32, 3);
        using var parameters = new FlatParameters(model, DecayOnly.All);
        using var backpropagation = new Backpropagation(parameters);

        Assert.Contains("[3]", Assert.Throws<ArgumentException>(() => backpropagation.Run(model.Vector(0) * 2, 1.0)).Message, StringComparison.Ordinal);
        backpropagation.Run(model.Vector(0).sum(), 1.0);
        Assert.Contains("[3]", Assert.Throws<ArgumentException>(() => backpropagation.Run(model.Vector(0) * 2, 1.0)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("constant")]
    [InlineData("detached")]
    [InlineData("no_grad")]
    [InlineData("int")]
    [InlineData("bool")]
    public void ALossThatRequiresNoGradientIsRefusedInWords(string kind)
    {
        using DisposeScope tensors = NewDisposeScope();
        using var model = new ParameterList(ScalarType.Float32, 3);
        using var parameters = new FlatParameters(model, DecayOnly.All);
        using var backpropagation = new Backpropagation(parameters);
        using IDisposable? noGrad = kind == "no_grad" ? no_grad() : null;
        Tensor loss = model.Vector(0).sum();
        loss = kind switch
        {
            "constant" => zeros(1),
            "detached" => loss.detach(),
            "int" => loss.to(ScalarType.Int64),
            "bool" => loss > 0,
            _ => loss,
        };

        string message = Assert.ThrowsAny<InvalidOperationException>(() => backpropagation.Run(loss, 1.0)).Message;

        Assert.StartsWith("The loss requires no gradient", message, StringComparison.Ordinal);
        Assert.DoesNotContain("C++", message, StringComparison.Ordinal);
        Assert.Equal(kind is "int" or "bool", message.Contains(loss.dtype.ToString(), StringComparison.Ordinal));
    }

    [Fact]
    public void AComplexLossIsRefusedInWords()
    {
        using DisposeScope tensors = NewDisposeScope();
        using var model = new ParameterList(ScalarType.Float32, 1);
        using var parameters = new FlatParameters(model, DecayOnly.All);
        using var backpropagation = new Backpropagation(parameters);
        Tensor loss = model.Vector(0).to(ScalarType.ComplexFloat32).sum();

        Assert.Contains("real", Assert.ThrowsAny<InvalidOperationException>(() => backpropagation.Run(loss, 1.0)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AFirstLossThatDependsOnNoParameterIsRefused()
    {
        using DisposeScope tensors = NewDisposeScope();
        using var model = new ParameterList(ScalarType.Float32, 3);
        using var parameters = new FlatParameters(model, DecayOnly.All);
        using var backpropagation = new Backpropagation(parameters);
        using Tensor other = ones(1, requires_grad: true);

        string message = Assert.ThrowsAny<InvalidOperationException>(() => backpropagation.Run(other.sum(), 1.0)).Message;

        Assert.Contains("none of the model's trained parameters", message, StringComparison.Ordinal);
    }

    /// <summary>A gradient of zero is one: of a masked micro-batch, say.</summary>
    [Theory]
    [InlineData(ScalarType.Float32)]
    [InlineData(ScalarType.BFloat16)]
    public void AFirstLossWhoseGradientIsZeroIsNotRefused(ScalarType type)
    {
        using DisposeScope tensors = NewDisposeScope();
        using var model = new ParameterList(type, 3);
        using var parameters = new FlatParameters(model, DecayOnly.All);
        using var backpropagation = new Backpropagation(parameters);

        backpropagation.Run(model.Vector(0).sum() * 0, 1.0);

        Assert.Equal(0.0, parameters.Buffers[0].Gradients.abs().sum().ToDouble());
    }

    /// <summary>A seed of 16 bits would round a third to 0.3340.</summary>
    [Theory]
    [InlineData(ScalarType.Float32, ScalarType.BFloat16)]
    [InlineData(ScalarType.BFloat16, ScalarType.BFloat16)]
    [InlineData(ScalarType.BFloat16, ScalarType.Float32)]
    public void SharesOfSixteenBitLossesAreNotRounded(ScalarType parameterType, ScalarType lossType)
    {
        using DisposeScope tensors = NewDisposeScope();
        using var model = new ParameterList((parameterType, 1), (ScalarType.Float32, 1));
        using var parameters = new FlatParameters(model, DecayOnly.All);
        using var backpropagation = new Backpropagation(parameters);

        backpropagation.Run((model.Vector(0).sum().to(ScalarType.Float32) + model.Vector(1).sum()).to(lossType), 1.0 / 3);

        Assert.All(parameters.Buffers, static buffer => Assert.Equal(buffer.ParameterCount / 3.0, buffer.Gradients.sum().ToDouble(), 1e-7));
    }

    [Fact]
    public void ManySixteenBitGradientsAreAddedUpInFloat32()
    {
        using DisposeScope tensors = NewDisposeScope();
        using var model = new ParameterList(ScalarType.BFloat16, 1);
        using var parameters = new FlatParameters(model, DecayOnly.All);
        using var backpropagation = new Backpropagation(parameters);
        for (int micro = 0; micro < 512; micro++)
        {
            backpropagation.Run(model.Vector(0).sum(), 1.0 / 512);
        }

        Assert.Equal(1.0, parameters.Buffers[0].Gradients.sum().ToDouble());
    }
}
