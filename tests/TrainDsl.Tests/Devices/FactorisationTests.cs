using System;
using System.Linq;
using TorchSharp;
using TrainDsl.Batching;
using TrainDsl.Tests.Numerics;
using Xunit;

namespace TrainDsl.Tests.Devices;

/// <summary>Every factorisation of a global batch trains the same: close to one replica with one micro-batch, and to the bit when repeated.</summary>
public sealed class FactorisationTests
{
    private const double Bound = 1e-5;

    // Seven whole global batches and one of 20: a replica's micro-batches are missing or partial at the end of each epoch.
    private const long Samples = (64 * 7) + 20;

    public static TheoryData<int, long> Factorisations()
    {
        TheoryData<int, long> data = [];
        foreach (int devices in new[] { 1, 2, 4, 8 })
        {
            for (long micro = 64 / devices; micro >= 1; micro /= 4)
            {
                data.Add(devices, micro);
            }
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(Factorisations))]
    public void MeansOverMicroBatchesTrainTheSame(int devices, long micro)
    {
        Trained whole = AdamW(1, 64);
        Trained first = AdamW(devices, micro);
        Trained second = AdamW(devices, micro);

        Assert.Equal(new BatchPlan(micro, devices, 1, 64 / devices / micro), first.Plan);
        AssertClose(whole, first);
        Assert.Equal(first.Weights, second.Weights);
        Assert.Equal(first.Losses, second.Losses);
    }

    [Theory]
    [MemberData(nameof(Factorisations))]
    public void SumsAndWeightsTrainTheSame(int devices, long micro)
    {
        Trained whole = Weighted(1, 64);
        Trained first = Weighted(devices, micro);
        Trained second = Weighted(devices, micro);

        AssertClose(whole, first);
        Assert.Equal(first.Weights, second.Weights);
        Assert.Equal(first.Losses, second.Losses);
    }

    [Fact]
    public void ADeclarationOfTwoDevicesTrainsAsOneDeviceDoes()
    {
        Trained two = Two(null);
        Trained one = Two(1);

        Assert.Equal(new BatchPlan(32, 2, 1, 1), two.Plan);
        Assert.Equal(new BatchPlan(32, 1, 1, 2), one.Plan);
        AssertClose(one, two);
    }

    internal static Trained AdamW(int devices, long micro)
    {
        using var training = new AdamWFactors(new FactorSamples(Samples));
        return Train(devices, micro, options => training.Run(options), training.Model);
    }

    internal static void AssertClose(Trained expected, Trained actual)
    {
        double scale = Math.Sqrt(expected.Weights.Average(static weight => (double)weight * weight));
        for (int i = 0; i < expected.Weights.Length; i++)
        {
            double error = Math.Abs(actual.Weights[i] - expected.Weights[i]) / Math.Max(Math.Abs(expected.Weights[i]), scale);
            Assert.True(error <= Bound, $"Weight {i} is {actual.Weights[i]:R} under {actual.Plan}, and {expected.Weights[i]:R} under {expected.Plan}.");
        }

        RelativeError.AssertAtMost(Bound, "Loss", expected.Losses, actual.Losses);
    }

    private static Trained Weighted(int devices, long micro)
    {
        using var training = new WeightedFactors(new FactorSamples(Samples));
        return Train(devices, micro, options => training.Run(options), training.Model);
    }

    private static Trained Two(int? devices)
    {
        using var training = new TwoDevices(new FactorSamples(Samples));
        return Train(devices, null, options => training.Run(options), training.Model);
    }

    private static Trained Train(int? devices, long? micro, Func<TrainingOptions, TrainingResult> run, FactorModel model)
    {
        var recorder = new RunRecorder();
        TrainingResult result = run(new TrainingOptions { Device = DeviceType.CPU, Devices = devices, MicroBatch = micro, Monitors = [recorder] });
        return new Trained(result.Plan, FactorModel.WeightsOf(model), [.. recorder.Losses]);
    }

    internal sealed record Trained(BatchPlan Plan, float[] Weights, double[] Losses);
}
