using System.Linq;
using TorchSharp;
using TrainDsl.Optimizers;
using TrainDsl.Parameters;
using Xunit;
using static TorchSharp.torch;

namespace TrainDsl.Tests.Optimizers;

/// <summary>Settings that the reference files of PyTorch leave out, against TorchSharp's own optimizers.</summary>
/// <remarks>Each test holds its tensors in a scope: one that is collected while a native call reads it ends the process.</remarks>
public sealed class FusedOptimizerTests
{
    private const int Steps = 10;
    private const double LearningRate = 1e-2;

    [Theory]
    [InlineData(AdamDecay.Decoupled, ScalarType.Float64, 0.9, 0.999, 1e-8, 0.1)]
    [InlineData(AdamDecay.Decoupled, ScalarType.Float32, 0.5, 0.9, 1e-3, 0.0)]
    [InlineData(AdamDecay.Coupled, ScalarType.Float64, 0.0, 0.99, 1e-6, 0.2)]
    [InlineData(AdamDecay.Coupled, ScalarType.Float32, 0.9, 0.0, 1e-4, 0.0)]
    public void AdamUpdatesAsTorchSharpDoes(AdamDecay decay, ScalarType type, double beta1, double beta2, double epsilon, double weightDecay)
    {
        using DisposeScope tensors = NewDisposeScope();
        using var fused = new ParameterList((type, 17), (type, 3));
        using var plain = new ParameterList((type, 17), (type, 3));
        using var parameters = new FlatParameters(fused, DecayOnly.All);
        using var optimizer = new FusedAdam(parameters, decay, beta1, beta2, epsilon, weightDecay);
        using optim.Optimizer expected = decay == AdamDecay.Decoupled
            ? optim.AdamW(plain.parameters(), LearningRate, beta1, beta2, epsilon, weightDecay)
            : optim.Adam(plain.parameters(), LearningRate, beta1, beta2, epsilon, weightDecay);
        AssertSame(fused, optimizer, plain, expected);
    }

    [Theory]
    [InlineData(ScalarType.Float64, 0.0, 0.0, false, 0.3)]
    [InlineData(ScalarType.Float32, 0.9, 0.5, false, 0.0)]
    [InlineData(ScalarType.Float32, 0.7, 0.0, true, 0.1)]
    public void SgdUpdatesAsTorchSharpDoes(ScalarType type, double momentum, double dampening, bool nesterov, double weightDecay)
    {
        using DisposeScope tensors = NewDisposeScope();
        using var fused = new ParameterList((type, 17), (type, 3));
        using var plain = new ParameterList((type, 17), (type, 3));
        using var parameters = new FlatParameters(fused, DecayOnly.All);
        using var optimizer = new FusedSgd(parameters, momentum, dampening, nesterov, weightDecay);
        using optim.Optimizer expected = optim.SGD(plain.parameters(), LearningRate, momentum, dampening, weightDecay, nesterov);
        AssertSame(fused, optimizer, plain, expected);
    }

    private static void AssertSame(ParameterList fused, IOptimizer optimizer, ParameterList plain, optim.Optimizer expected)
    {
        for (int step = 1; step <= Steps; step++)
        {
            float[][] gradients = [[.. Enumerable.Range(1, 17).Select(i => (((i * step) % 7) - 3) / 8f)], [step, -1f, 0.5f / step]];
            fused.SetGradients(gradients);
            plain.SetGradients(gradients);
            optimizer.Step(LearningRate);
            expected.step();
        }

        Assert.Equal(Steps, optimizer.StepCount);
        float[] wanted = plain.Values();
        Assert.Contains(wanted, static v => v != 0f);
        Assert.All(wanted.Zip(fused.Values()), static pair => Assert.Equal(pair.First, pair.Second, 1e-6f));
    }
}
