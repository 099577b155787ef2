using TorchSharp;
using TrainDsl.Optimizers;
using Xunit;
using static TorchSharp.torch;

namespace TrainDsl.Tests.Optimizers;

/// <remarks>Each test holds its tensors in a scope: one that is collected while a native call reads it ends the process.</remarks>
public sealed class WeightMeterTests
{
    [Theory]
    [InlineData(ScalarType.Float32)]
    [InlineData(ScalarType.Float64)]
    [InlineData(ScalarType.Float16)]
    [InlineData(ScalarType.BFloat16)]
    [InlineData(ScalarType.Int64)]
    [InlineData(ScalarType.Int32)]
    [InlineData(ScalarType.Bool)]
    public void WeightsOfAnyElementTypeAddUp(ScalarType type)
    {
        using DisposeScope tensors = NewDisposeScope();
        using var meter = new WeightMeter(CPU);
        using Tensor scalar = ones([], dtype: type);
        using Tensor single = ones([1], dtype: type);

        meter.Reset();
        meter.Add(scalar);
        meter.Add(single);
        meter.Add(scalar);
        Assert.Equal(3.0, meter.Value);

        meter.Reset();
        Assert.Equal(0.0, meter.Value);
    }

    /// <summary>A float32 sum stays where it is at 2^24.</summary>
    [Fact]
    public void ManyTokensAreCountedExactly()
    {
        using DisposeScope tensors = NewDisposeScope();
        using var meter = new WeightMeter(CPU);
        using Tensor many = tensor(1L << 24);
        using Tensor one = tensor(1L);

        meter.Reset();
        meter.Add(many);
        meter.Add(one);

        Assert.Equal((1L << 24) + 1, meter.Value);
    }

    /// <summary>Otherwise each step would hold on to the graphs of all steps before it.</summary>
    [Fact]
    public void AWeightThatRequiresGradKeepsNoGraph()
    {
        using DisposeScope tensors = NewDisposeScope();
        using var meter = new WeightMeter(CPU);
        using Tensor weight = ones([], requires_grad: true) * 2;

        meter.Reset();
        meter.Add(weight);
        meter.Add(weight);

        Assert.False(meter.Sum.requires_grad);
        Assert.Equal(4.0, meter.Value);
        Assert.True(is_grad_enabled());
    }

    [Fact]
    public void AWeightBelowZeroIsRefused()
    {
        using DisposeScope tensors = NewDisposeScope();
        using var meter = new WeightMeter(CPU);
        using Tensor negative = tensor(-2f);

        Assert.Contains("-2", Assert.Throws<System.ArgumentException>(() => meter.Add(negative)).Message, System.StringComparison.Ordinal);
    }

    [Fact]
    public void AWeightOfSeveralElementsIsRefused()
    {
        using DisposeScope tensors = NewDisposeScope();
        using var meter = new WeightMeter(CPU);
        using Tensor several = ones(3);

        Assert.Contains("[3]", Assert.Throws<System.ArgumentException>(() => meter.Add(several)).Message, System.StringComparison.Ordinal);
    }
}
