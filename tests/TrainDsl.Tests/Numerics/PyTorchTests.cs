using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using TrainDsl.Data;
using Xunit;

namespace TrainDsl.Tests.Numerics;

/// <summary>Training compared with PyTorch's, case by case: see tests/references/make_optimizer_references.py.</summary>
public sealed class PyTorchTests
{
    // What 50 steps may differ by. PyTorch's own float32 is up to 1.5e-6 away from float64 in these cases.
    private const double Tolerance = 1e-5;

    // What one gradient may differ by: sums of a few hundred terms in another order.
    private const double GradientTolerance = 2e-6;

    public static TheoryData<string> Cases => [.. ReferenceFiles.CaseNames()];

    public static TheoryData<string, long> CasesAndMicroBatches
    {
        get
        {
            var data = new TheoryData<string, long>();
            foreach (string name in ReferenceFiles.CaseNames())
            {
                data.Add(name, 32);
                data.Add(name, 16);
                data.Add(name, 8);
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void GeneratedLoopTrainsAsPyTorchDoes(string name)
    {
        ReferenceCase reference = ReferenceFiles.Read<ReferenceCase>(name);
        using var model = new ReferenceModel();
        var recorder = new RunRecorder();

        TrainingResult result = ReferenceDefinitions.Run(
            name, new ReferenceSamples(reference.Samples), model, new TrainingOptions { Monitors = [recorder], Device = DeviceType.CPU });

        Assert.Equal(reference.Steps, result.Steps);
        Assert.Equal(reference.GlobalBatch, result.Plan.GlobalBatch);
        RelativeError.AssertAtMost(1e-14, "learning rate", reference.LearningRates, recorder.LearningRates);
        RelativeError.AssertAtMost(Tolerance, "loss", reference.Losses, recorder.Losses);
        if (reference.ClipNorm is not null)
        {
            RelativeError.AssertAtMost(Tolerance, "gradient norm", reference.GradientNorms, recorder.GradientNorms);
        }

        RelativeError.AssertAtMost(Tolerance, reference.Parameters, model.Weights());
    }

    [Theory]
    [MemberData(nameof(CasesAndMicroBatches))]
    public void RuntimePartsTrainAsPyTorchDoes(string name, long microBatch)
    {
        ReferenceCase reference = ReferenceFiles.Read<ReferenceCase>(name);
        using var training = new ComposedTraining(reference, microBatch);
        var norms = new List<double>();
        foreach (double learningRate in reference.LearningRates)
        {
            training.AccumulateGradients();
            if (training.Update(learningRate) is { } norm)
            {
                norms.Add(norm);
            }
        }

        RelativeError.AssertAtMost(Tolerance, "gradient norm", reference.GradientNorms, norms);
        RelativeError.AssertAtMost(Tolerance, reference.Parameters, training.Weights());
    }

    [Theory]
    [MemberData(nameof(CasesAndMicroBatches))]
    public void GradientIsThatOfTheWholeGlobalBatch(string name, long microBatch)
    {
        ReferenceCase reference = ReferenceFiles.Read<ReferenceCase>(name);
        using var accumulating = new ComposedTraining(reference, microBatch, fromLastOfEpoch: true);
        using var whole = new ComposedTraining(reference, reference.GlobalBatch, fromLastOfEpoch: true);

        GlobalBatch batch = accumulating.AccumulateGradients();
        whole.AccumulateGradients();

        Assert.Equal((reference.LastGradient.Start, reference.LastGradient.Samples), (batch.Start, batch.Samples));
        RelativeError.AssertAtMost(GradientTolerance, reference.LastGradient.Parameters, accumulating.Gradients());
        RelativeError.AssertAtMost(GradientTolerance, whole.Gradients(), accumulating.Gradients());
    }
}
