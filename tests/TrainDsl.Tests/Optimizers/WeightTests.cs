using System;
using System.Collections.Generic;
using TorchSharp;
using TrainDsl.Tests.Parameters;
using Xunit;
using static TorchSharp.torch;

namespace TrainDsl.Tests.Optimizers;

/// <summary>What the weight of a loss, and the element type of a model, do to a whole run.</summary>
public sealed class WeightTests
{
    [Fact]
    public void AWeightOfZeroTeachesNothingAndIsReportedAsZero()
    {
        WeightOf.Value = 0.0;
        using var training = new WeightedTraining(new OneSamples(4));
        var losses = new List<double>();

        TrainingResult result = training.Run(new TrainingOptions { Monitors = [new NormMonitor(step => losses.Add(step))], Device = DeviceType.CPU });

        Assert.Equal([0.0, 0.0, 0.0, 0.0], losses);
        Assert.Equal(0.0, result.FinalLoss);
        Assert.All(result.Epochs, static epoch => Assert.Equal(0.0, epoch.TrainingLoss));
        Assert.Equal(1f, training.Model.First.item<float>());
    }

    [Fact]
    public void AWeightBelowZeroEndsTheRun()
    {
        WeightOf.Value = -1.0;
        using var training = new WeightedTraining(new OneSamples(4));
        Assert.Contains("-1", Assert.Throws<ArgumentException>(() => training.Run(Quiet)).Message, StringComparison.Ordinal);
        Assert.Equal(1f, training.Model.First.item<float>());
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void TheGuardSeesAWeightThatIsNoneBeforeTheUpdate(double weight)
    {
        WeightOf.Value = weight;
        using var training = new GuardedWeightTraining(new OneSamples(4));

        NonFiniteException failure = Assert.Throws<NonFiniteException>(() => training.Run(Quiet));

        Assert.Equal(0, failure.Step);
        Assert.Equal(1f, training.Model.First.item<float>());
    }

    /// <summary>The quotient overflows float32, in which the update is made.</summary>
    [Fact]
    public void TheGuardSeesAGradientThatItsWeightMakesInfinite()
    {
        WeightOf.Value = 1e-40;
        using var training = new GuardedWeightTraining(new OneSamples(4));
        Assert.Throws<NonFiniteException>(() => training.Run(Quiet));
        Assert.Equal(1f, training.Model.First.item<float>());
    }

    [Fact]
    public void ClippedOrNotAStepOfSuchAWeightIsSkipped()
    {
        WeightOf.Value = double.NaN;
        using var training = new SkippedWeightTraining(new OneSamples(4));
        training.Run(Quiet);
        Assert.Equal(1f, training.Model.First.item<float>());
    }

    /// <summary>Adam with an epsilon of 1: 4 - 2 x 1 / (1 + 1), whatever the micro-batch and however many replicas add up.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void SixteenBitGradientsAreThoseOfTheGlobalBatch(int devices)
    {
        using var training = new SixteenBitTraining(new OneSamples(512));
        training.Run(Quiet with { Devices = devices, MeasureGradientNorm = true });
        Assert.Equal(3.0, training.Model.W.to(ScalarType.Float64).item<double>());
        Assert.Equal(1.0, training.Norm, 1e-12);
        Assert.Equal(1.0, training.Gradient);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void TheNormIsThereWithoutClippingIfAMonitorAsks(bool asks)
    {
        using var training = new TamperedTraining(new OneSamples(6));
        var monitor = new NormMonitor(asks);
        training.Train(monitor);

        // First and Layer have a gradient of 1 each.
        Assert.All(monitor.Norms, norm => Assert.Equal(asks ? Math.Sqrt(2.0) : double.NaN, norm, 1e-12));
        Assert.Equal(3, monitor.Norms.Count);
    }

    private static TrainingOptions Quiet => new() { Monitors = [], Device = DeviceType.CPU };

    private sealed class NormMonitor : ITrainingMonitor
    {
        private readonly Action<double>? _loss;

        public NormMonitor(Action<double> loss) => _loss = loss;

        public NormMonitor(bool asks) => ReadsGradientNorm = asks;

        public List<double> Norms { get; } = [];

        public bool ReadsGradientNorm { get; }

        public void OnStep(in StepReport step)
        {
            Norms.Add(step.GradientNorm);
            _loss?.Invoke(step.Loss);
        }
    }
}
