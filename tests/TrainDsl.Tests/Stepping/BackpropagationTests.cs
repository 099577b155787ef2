using System;
using TorchSharp;
using TrainDsl.Native;
using TrainDsl.Stepping;
using Xunit;
using static TorchSharp.torch;

namespace TrainDsl.Tests.Stepping;

/// <remarks>Each test holds its tensors in a scope: one that is collected while a native call reads it ends the process.</remarks>
public sealed class BackpropagationTests
{
    [Theory]
    [InlineData(ScalarType.Float32)]
    [InlineData(ScalarType.Float64)]
    public void ScaleMultipliesTheGradient(ScalarType type)
    {
        using DisposeScope tensors = NewDisposeScope();
        using Tensor parameter = ones(3, dtype: type, requires_grad: true);
        using var backpropagation = new Backpropagation();

        backpropagation.Run((parameter * 2).sum(), 0.25);

        Assert.Equal(1.5, parameter.grad!.sum().ToDouble());
    }

    [Fact]
    public void ElementTypeMayChangeBetweenCalls()
    {
        using DisposeScope tensors = NewDisposeScope();
        using Tensor single = ones(1, requires_grad: true);
        using Tensor twice = ones(1, dtype: ScalarType.Float64, requires_grad: true);
        using var backpropagation = new Backpropagation();

        backpropagation.Run(single.sum(), 0.5);
        backpropagation.Run(twice.sum(), 0.5);

        Assert.Equal(0.5, single.grad!.ToDouble());
        Assert.Equal(0.5, twice.grad!.ToDouble());
    }

    [Fact]
    public void DimensionsMayChangeBetweenCalls()
    {
        using DisposeScope tensors = NewDisposeScope();
        using Tensor parameter = ones(1, requires_grad: true);
        using var backpropagation = new Backpropagation();

        backpropagation.Run(parameter.sum(), 0.5);
        backpropagation.Run(parameter * 1, 0.5);
        backpropagation.Run(parameter.sum(), 0.5);

        Assert.Equal(1.5, parameter.grad!.ToDouble());
    }

    [Fact]
    public void AfterAScalarALossOfSeveralElementsIsRefusedWithItsShape()
    {
        using DisposeScope tensors = NewDisposeScope();
        using Tensor parameter = ones(3, requires_grad: true);
        using var backpropagation = new Backpropagation();
        backpropagation.Run(parameter.sum(), 1.0);

        Assert.Contains("[3]", Assert.Throws<ArgumentException>(() => backpropagation.Run(parameter * 2, 1.0)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ALossOfSeveralElementsIsRefusedWithItsShape()
    {
        using DisposeScope tensors = NewDisposeScope();
        using Tensor parameter = ones(3, requires_grad: true);
        using var backpropagation = new Backpropagation();

        Assert.Contains("[3]", Assert.Throws<ArgumentException>(() => backpropagation.Run(parameter * 2, 1.0)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ALossWithoutGradientIsRefusedWithLibtorchsReason()
    {
        using DisposeScope tensors = NewDisposeScope();
        using Tensor constant = ones([]);
        using var backpropagation = new Backpropagation();

        Assert.Contains("does not require grad", Assert.Throws<LibTorchException>(() => backpropagation.Run(constant, 1.0)).Message, StringComparison.Ordinal);
    }
}
