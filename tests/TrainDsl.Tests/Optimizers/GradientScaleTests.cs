using System;
using System.Linq;
using TorchSharp;
using TorchSharp.Modules;
using TrainDsl.Optimizers;
using TrainDsl.Parameters;
using Xunit;
using static TorchSharp.torch;

namespace TrainDsl.Tests.Optimizers;

/// <remarks>Each test holds its tensors in a scope: one that is collected while a native call reads it ends the process.</remarks>
public sealed class GradientScaleTests
{
    /// <summary>Norms below and above the bound, far above it, zero, infinite and not a number, against PyTorch's own clipping.</summary>
    [Theory]
    [InlineData(3f, 4f, 0f, 10.0)]
    [InlineData(3f, 4f, 0f, 1.0)]
    [InlineData(3e6f, -4e6f, 2f, 0.5)]
    [InlineData(0f, 0f, 0f, 1.0)]
    [InlineData(float.NaN, 1f, 2f, 1.0)]
    [InlineData(float.PositiveInfinity, 1f, 2f, 1.0)]
    public void ClipsAsPyTorchDoes(float first, float second, float third, double maxNorm)
    {
        using DisposeScope tensors = NewDisposeScope();
        using var clipped = new ParameterList(ScalarType.Float32, 2, 1);
        using var expected = new ParameterList(ScalarType.Float32, 2, 1);
        using var parameters = new FlatParameters(clipped, DecayOnly.All);
        using var scale = new GradientScale(parameters);
        clipped.SetGradients([first, second], [third]);
        expected.SetGradients([first, second], [third]);

        scale.Reset();
        scale.ClipNorm(maxNorm);
        double norm = nn.utils.clip_grad_norm_(expected.parameters(), maxNorm);

        Assert.Equal(norm, scale.Norm, 1e-6 * (double.IsFinite(norm) ? norm : 0.0));
        AssertClose(expected.Gradients(), Applied(clipped, parameters, scale));
    }

    [Fact]
    public void TheNormIsThatOfAllBuffersTogether()
    {
        using DisposeScope tensors = NewDisposeScope();
        using var model = new ParameterList((ScalarType.Float32, 1), (ScalarType.Float64, 1));
        using var parameters = new FlatParameters(model, DecayOnly.All);
        using var scale = new GradientScale(parameters);
        model.SetGradients([3f], [4f]);

        scale.Reset();
        scale.ClipNorm(1.0);

        Assert.Equal(2, parameters.Buffers.Count);
        Assert.Equal(5.0, scale.Norm, 6);
        AssertClose([0.6f, 0.8f], Applied(model, parameters, scale));
    }

    /// <summary>The square of this norm is above what float16 holds, and needs more digits than bfloat16 has.</summary>
    [Theory]
    [InlineData(ScalarType.Float16)]
    [InlineData(ScalarType.BFloat16)]
    public void TheNormOfSixteenBitGradientsIsExact(ScalarType type)
    {
        using DisposeScope tensors = NewDisposeScope();
        using var model = new ParameterList((type, 1000));
        using var parameters = new FlatParameters(model, DecayOnly.All);
        using var scale = new GradientScale(parameters);
        parameters.Buffers[0].Gradients.narrow(0, 0, 1000).fill_(10f);

        scale.Reset();
        scale.ClipNorm(1.0);

        Assert.Equal(Math.Sqrt(1000 * 100.0), scale.Norm, 3);
    }

    [Fact]
    public void TheNormIsTakenAfterDivisionByTheWeight()
    {
        using DisposeScope tensors = NewDisposeScope();
        using var model = new ParameterList(ScalarType.Float32, 2);
        using var parameters = new FlatParameters(model, DecayOnly.All);
        using var scale = new GradientScale(parameters);
        using var weight = new WeightMeter(CPU);
        using Tensor four = tensor(4f);
        model.SetGradients([30f, 40f]);

        weight.Reset();
        weight.Add(four);
        weight.Add(four);
        scale.Reset();
        scale.DivideBy(weight);
        scale.ClipNorm(2.5);

        Assert.Equal(50.0 / 8, scale.Norm, 5);
        AssertClose([1.5f, 2f], Applied(model, parameters, scale));
    }

    [Fact]
    public void AGlobalBatchOfNoWeightChangesNothing()
    {
        using DisposeScope tensors = NewDisposeScope();
        using var model = new ParameterList(ScalarType.Float32, 2);
        using var parameters = new FlatParameters(model, DecayOnly.All);
        using var scale = new GradientScale(parameters);
        using var weight = new WeightMeter(CPU);
        model.SetGradients([0f, 0f]);

        weight.Reset();
        scale.Reset();
        scale.DivideBy(weight);
        scale.ClipNorm(1.0);

        Assert.Equal(0.0, scale.Norm);
        AssertClose([0f, 0f], Applied(model, parameters, scale));
    }

    /// <summary>Nothing is learned from a batch of no weight, whatever its losses add up to.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void AWeightOfZeroLeavesAGradientOfZero(bool onDevice)
    {
        using DisposeScope tensors = NewDisposeScope();
        using var model = new ParameterList((ScalarType.Float32, 2), (ScalarType.Float64, 1));
        using var parameters = new FlatParameters(model, DecayOnly.All);
        using var scale = new GradientScale(parameters, onDevice);
        using var weight = new WeightMeter(CPU);
        model.SetGradients([3f, 4f], [5f]);

        weight.Reset();
        scale.DivideBy(weight);
        scale.ClipNorm(1.0);

        Assert.Equal(0.0, scale.Norm);
        AssertClose([0f, 0f, 0f], Applied(model, parameters, scale));
    }

    [Theory]
    [InlineData(false, double.NaN)]
    [InlineData(true, double.NaN)]
    [InlineData(false, double.PositiveInfinity)]
    [InlineData(true, double.PositiveInfinity)]
    public void AWeightThatIsNoneShows(bool onDevice, double value)
    {
        using DisposeScope tensors = NewDisposeScope();
        using var model = new ParameterList(ScalarType.Float32, 2);
        using var parameters = new FlatParameters(model, DecayOnly.All);
        using var scale = new GradientScale(parameters, onDevice);
        using var weight = new WeightMeter(CPU);
        using Tensor one = tensor(value);
        model.SetGradients([3f, 4f]);

        weight.Reset();
        weight.Add(one);
        scale.DivideBy(weight);

        Assert.All(Applied(model, parameters, scale), static v => Assert.Equal(float.NaN, v));
    }

    /// <summary>On a device the sum of weights is not read: below 0 it shows in the update.</summary>
    [Fact]
    public void ANegativeSumOfWeightsShowsOnADevice()
    {
        using DisposeScope tensors = NewDisposeScope();
        using var model = new ParameterList(ScalarType.Float32, 1);
        using var parameters = new FlatParameters(model, DecayOnly.All);
        using var scale = new GradientScale(parameters, onDevice: true);
        using var weight = new WeightMeter(CPU);
        weight.Sum.fill_(-2.0);

        scale.DivideBy(weight);

        Assert.Equal(double.NaN, scale.Divisor.ToDouble());
        weight.Sum.fill_(2.5);
        scale.DivideBy(weight);
        Assert.Equal(2.5, scale.Divisor.ToDouble());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void TheNormOfManyEqualGradientsIsRight(bool onDevice)
    {
        using DisposeScope tensors = NewDisposeScope();
        using var model = new ParameterList(ScalarType.Float32, (1 << 22) + 5);
        using var parameters = new FlatParameters(model, DecayOnly.All);
        using var norm = new GradientNorm(parameters, onDevice);
        parameters.Buffers[0].Gradients.narrow(0, 0, (1 << 22) + 5).fill_(1e-3f);

        norm.Measure(divisor: null);

        double right = Math.Sqrt((1 << 22) + 5) * 1e-3f;
        Assert.Equal(right, norm.Value.ToDouble(), right * (onDevice ? 1e-5 : 1e-12));
    }

    /// <summary>The norm is the same to the last bits for any number of threads.</summary>
    [Theory]
    [InlineData(ScalarType.Float32)]
    [InlineData(ScalarType.Float64)]
    [InlineData(ScalarType.BFloat16)]
    public void TheNormIsThatOfFloat64(ScalarType type)
    {
        using DisposeScope tensors = NewDisposeScope();
        manual_seed(4);
        foreach (long size in (long[])[1, 2, 3, 7, 8, 9, 15, 16, 17, 31, 33, 100, 1000, (1 << 15) - 1, 1 << 15, (1 << 15) + 1, 200_003])
        {
            using var model = new ParameterList((type, size));
            using var parameters = new FlatParameters(model, DecayOnly.All);
            using var norm = new GradientNorm(parameters, onDevice: false);
            using var onDevice = new GradientNorm(parameters, onDevice: true);
            Tensor gradients = parameters.Buffers[0].Gradients.narrow(0, 0, size);
            gradients.copy_(randn(size));

            norm.Measure(divisor: null);
            onDevice.Measure(divisor: null);

            double right = Math.Sqrt(gradients.to(ScalarType.Float64).pow(2).sum().ToDouble());
            Assert.Equal(right, norm.Value.ToDouble(), right * 1e-13);
            Assert.Equal(right, onDevice.Value.ToDouble(), right * 1e-5);
        }
    }

    /// <summary>torch's own: 1 / (sqrt 3 + 1e-6).</summary>
    [Fact]
    public void Float64GradientsAreClippedInFloat64()
    {
        using DisposeScope tensors = NewDisposeScope();
        using var model = new ParameterList(ScalarType.Float64, 3);
        using var parameters = new FlatParameters(model, DecayOnly.All);
        using var scale = new GradientScale(parameters);
        using var optimizer = new FusedSgd(parameters, momentum: 0.0, dampening: 0.0, nesterov: false, weightDecay: 0.0);
        model.SetGradients([1f, 1f, 1f]);

        scale.Reset();
        scale.ClipNorm(1.0);
        optimizer.Step(1.0, scale);

        Assert.Equal(Math.Sqrt(3), scale.Norm, 1e-15);
        Assert.All(model.Vector(0).detach().data<double>().ToArray(), static v => Assert.Equal(-0.577349935856485, v, 1e-14));
    }

    [Fact]
    public void ReadingTheNormAllocatesNothing()
    {
        using DisposeScope tensors = NewDisposeScope();
        using var model = new ParameterList(ScalarType.Float32, 2);
        using var parameters = new FlatParameters(model, DecayOnly.All);
        using var scale = new GradientScale(parameters);
        using var weight = new WeightMeter(CPU);
        double sum = scale.Norm + weight.Value;
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int repetition = 0; repetition < 1000; repetition++)
        {
            sum += scale.Norm + weight.Value;
        }

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
        Assert.Equal(0.0, sum);
    }

    /// <summary>The gradients as an update applies them: what plain descent of rate 1 subtracts from parameters of zero.</summary>
    private static float[] Applied(ParameterList model, FlatParameters parameters, GradientScale scale)
    {
        using var optimizer = new FusedSgd(parameters, momentum: 0.0, dampening: 0.0, nesterov: false, weightDecay: 0.0);
        optimizer.Step(1.0, scale);
        return [.. model.Values().Select(static v => -v)];
    }

    private static void AssertClose(float[] expected, float[] actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (int i = 0; i < expected.Length; i++)
        {
            Assert.Equal(expected[i], actual[i], 1e-6f * Math.Max(1f, float.IsFinite(expected[i]) ? Math.Abs(expected[i]) : 1f));
        }
    }
}
