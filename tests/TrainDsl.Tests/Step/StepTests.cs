using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using TorchSharp;
using TrainDsl.Tests.Checkpoints;
using TrainDsl.Tests.Monitoring;
using Xunit;
using static TorchSharp.torch;

namespace TrainDsl.Tests.Step;

/// <summary>What user code sees in a step.</summary>
[Collection(AloneCollection.Name)]
public sealed class StepTests
{
    private static TrainingOptions Quiet => new() { Monitors = [] };

    [Fact]
    public void ATensorThatTheModelKeepsIsExplained()
    {
        using var training = new MaskedTraining(new SameSamples(1));
        var refused = Assert.Throws<MicroBatchException>(() => training.Run(Quiet));

        Assert.Contains("DetachFromDisposeScope", refused.Message, StringComparison.Ordinal);
        Assert.Equal(2, refused.Step);
        Assert.IsType<InvalidOperationException>(refused.InnerException);
    }

    [Fact]
    public void ADetachedTensorOfTheModelLives()
    {
        using var model = new MaskedFactor(detaches: true);
        using var training = new MaskedTraining(new SameSamples(1), model);
        training.Run(Quiet);
        Assert.Equal(0.7, model.W.detach().item<float>(), 5);
    }

    [Fact]
    public void ATensorKeptInAnEvaluationIsExplainedInTheNext()
    {
        using var training = new MaskedTraining(new SameSamples(1));
        training.Evaluate(new SameSamples(1));
        var refused = Assert.Throws<MicroBatchException>(() => training.Evaluate(new SameSamples(1)));
        Assert.Contains("DetachFromDisposeScope", refused.Message, StringComparison.Ordinal);
        Assert.Null(refused.Step);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void HooksAndMonitorsOwnWhatTheyMake(int devices)
    {
        var kept = new List<Tensor>();
        using var training = new AveragingTraining(new SameSamples(8));
        training.Run(new TrainingOptions { Monitors = [new Keeping(kept)], Device = DeviceType.CPU, Devices = devices });

        double average = 1.0, weight = 1.0;
        for (int step = 0; step < 40; step++)
        {
            weight -= 0.1;
            average = step == 0 ? weight : (0.9 * average) + (0.1 * weight);
        }

        Assert.Equal(average, training.Average.item<float>(), 4);
        Assert.All(kept, static tensor => Assert.False(tensor.IsInvalid));
    }

    [Fact]
    public void AHookThatReadsWhatAPassMadeIsTold()
    {
        using var training = new AveragingTraining(new SameSamples(8)) { ReadsLossOfPass = true };
        var refused = Assert.Throws<InvalidOperationException>(() => training.Run(Quiet));
        Assert.Contains("DetachFromDisposeScope", refused.Message, StringComparison.Ordinal);
        Assert.NotNull(refused.InnerException);
    }

    [Fact]
    public void TensorsOfEachMicroBatchAreNew()
    {
        InputTraining.Change = null;
        using var training = new InputTraining(new SameSamples(8));
        training.Run(Quiet);
        Assert.Equal(Enumerable.Repeat(1.0, 40), training.Gradients.Select(static gradient => Math.Round(gradient, 3)));
    }

    public static TheoryData<string> Changes => ["set", "dispose", "requires", "transpose", "keep"];

    /// <summary>Whatever user code does to a batch's tensor, the next batch is read as the dataset gives it.</summary>
    [Theory]
    [MemberData(nameof(Changes))]
    public void WhatIsDoneToATensorStaysInItsMicroBatch(string change)
    {
        var kept = new List<Tensor>();
        InputTraining.Change = change switch
        {
            "set" => static x => x.set_(zeros(7)),
            "dispose" => static x => x.Dispose(),
            "requires" => static x => x.requires_grad_(true),
            "transpose" => static x => x.unsqueeze_(0).fill_(3),
            _ => x => kept.Add(x),
        };
        try
        {
            using var training = new InputTraining(new SameSamples(8));
            var reader = new Readings();
            TrainingResult result = training.Run(new TrainingOptions { Monitors = [reader] });
            Assert.True(result.Completed);
            Assert.All(reader.Losses, static loss => Assert.Equal(1.0, loss, 5));
            Assert.All(kept, static tensor => Assert.True(tensor.IsInvalid));
        }
        finally
        {
            InputTraining.Change = null;
        }
    }

    [Fact]
    public void EvaluationLeavesNoTraceInTraining()
    {
        double plain = Train(validation: null, inHook: false, out _);
        Assert.Equal(plain, Train(new SameSamples(64), inHook: false, out _));
        Assert.Equal(plain, Train(null, inHook: true, out List<double> losses));
        Assert.Equal(24, losses.Count);
    }

    [Fact]
    public void EvaluationIsRepeatable()
    {
        using var training = new NoisyTraining(new SameSamples(64));
        EvaluationResult first = training.Evaluate(new SameSamples(64));
        using Tensor drawn = rand(3);
        EvaluationResult second = training.Evaluate(new SameSamples(64));

        Assert.Equal(first.Loss, second.Loss);
        Assert.Equal(first["draw"], second["draw"]);
        Assert.True(is_grad_enabled());
    }

    [Theory]
    [InlineData(33, 16, true)]
    [InlineData(48, 16, false)]
    [InlineData(33, 8, true)]
    [InlineData(64, 1, true)]
    public void ABatchNormOfOneValueIsRefusedBeforeTheFirstStep(long samples, long microBatch, bool isRefused)
    {
        using var training = new NormedTraining(new SameSamples(samples));
        var steps = new Readings();
        var options = new TrainingOptions { Monitors = [steps], MicroBatch = microBatch };
        if (!isRefused)
        {
            Assert.True(training.Run(options).Completed);
            return;
        }

        var refused = Assert.Throws<InvalidOperationException>(() => training.Run(options));
        Assert.Contains("BatchNorm1d 'Norm'", refused.Message, StringComparison.Ordinal);
        Assert.Contains(microBatch == 1 ? "MicroBatch(32)" : "DropLast", refused.Message, StringComparison.Ordinal);
        Assert.Empty(steps.Losses);
        Assert.False(training.Model.Norm.running_var!.isnan().any().item<bool>());
    }

    [Fact]
    public void ABatchNormOfSeveralValuesASampleIsNotRefused()
    {
        using var model = new Normed(isSpatial: true);
        using var training = new NormedTraining(new SameSamples(33), model);
        Assert.True(training.Run(Quiet).Completed);
    }

    [Fact]
    public void ABatchNormInEvalModeIsNotRefused()
    {
        using var model = new FrozenNormed();
        using var training = new FrozenNormedTraining(new SameSamples(33), model);
        Assert.True(training.Run(Quiet).Completed);
    }

    public static TheoryData<string, string> Failures => new()
    {
        { "int labels", "Column<long>" },
        { "out of bounds", "Classes count from 0" },
        { "bytes", "Column<float>" },
        { "mat", "Linear(3, ...)" },
        { "sizes", "do not have the same shape" },
        { "integer mean", "ScalarType.Float32" },
        { "in place", "in place" },
    };

    [Theory]
    [MemberData(nameof(Failures))]
    public void AFailureOfLibTorchNamesWhereAndWhat(string failure, string cure)
    {
        FailingTraining.Fail(LossOf(failure));
        try
        {
            using var training = new FailingTraining(new IntLabelled());
            var refused = Assert.Throws<MicroBatchException>(() => training.Run(Quiet));
            Assert.Equal((3L, 2L), (refused.Step, refused.Epoch));
            Assert.Equal([0L, 1, 2, 3], refused.SampleIndices);
            Assert.Contains("Step 3, in epoch 2", refused.Message, StringComparison.Ordinal);
            Assert.Contains("samples 0, 1, 2, 3", refused.Message, StringComparison.Ordinal);
            Assert.Contains("column X of float32 [4, 4], column Label of int32 [4]", refused.Message, StringComparison.Ordinal);
            Assert.Contains(cure, refused.Message, StringComparison.Ordinal);
            Assert.DoesNotContain("frame #", refused.Message, StringComparison.Ordinal);
            Assert.NotNull(refused.InnerException);

            var evaluated = Assert.Throws<MicroBatchException>(() => training.Evaluate(new IntLabelled()));
            Assert.StartsWith("An evaluation failed", evaluated.Message, StringComparison.Ordinal);
        }
        finally
        {
            FailingTraining.Fail(null);
        }
    }

    [Fact]
    public void WhatUserCodeThrowsPassesAsItIs()
    {
        Exception[] thrown = [new IOException("a"), new System.ComponentModel.Win32Exception(5), new InvalidOperationException("c"), new ArgumentException("d")];
        foreach (Exception own in thrown)
        {
            FailingTraining.Fail((_, _, _) => throw own);
            using var training = new FailingTraining(new IntLabelled());
            Assert.Same(own, Record.Exception(() => training.Run(Quiet)));
            Assert.Same(own, Record.Exception(() => training.Evaluate(new IntLabelled())));
        }

        FailingTraining.Fail(null);
    }

    [Fact]
    public void AMetricOfWrongShapeIsRefusedBeforeTheFirstStep()
    {
        FailingTraining.Fail(null, static x => x.mean([1]));
        using var training = new FailingTraining(new IntLabelled());
        var steps = new Readings();
        var refused = Assert.Throws<ArgumentException>(() => training.Run(new TrainingOptions { Monitors = [steps], Validation = new IntLabelled() }));
        Assert.Contains("'score' has shape [4]", refused.Message, StringComparison.Ordinal);
        Assert.Empty(steps.Losses);
        FailingTraining.Fail(null);
    }

    [Theory]
    [InlineData(1000, 1)]
    [InlineData(20, 3)]
    public void ARunThatEndsWithinAnEpochIsValidatedThere(long samples, int reports)
    {
        using var folder = new TemporaryFolder();
        using var training = new ShortTraining(new SameSamples(samples));
        TrainingResult result = training.Run(new TrainingOptions { Monitors = [], CheckpointFolder = folder.Path, Validation = new SameSamples(10) });

        Assert.Equal(reports, result.Epochs.Count);
        Assert.Equal(training.Evaluate(new SameSamples(10))["weight"], result.Validation!["weight"]);
        Assert.True(result.Epochs[^1].IsPartial);
        Assert.Equal(50, result.Epochs[^1].Step);
        Assert.Equal(result.Epochs, training.Seen);
    }

    [Fact]
    public void ASecondRunOfTheSameModelIsRefused()
    {
        using var training = new AveragingTraining(new SameSamples(8));
        Exception? refused = null;
        var second = new StepAction(2, () => refused = Record.Exception(() => training.Run(Quiet)));
        TrainingResult result = training.Run(new TrainingOptions { Monitors = [second] });

        Assert.Contains("another Run", Assert.IsType<InvalidOperationException>(refused).Message, StringComparison.Ordinal);
        Assert.True(result.Completed);
        Assert.True(training.Run(Quiet).Completed);
    }

    private static double Train(IDataset? validation, bool inHook, out List<double> losses)
    {
        using var training = new NoisyTraining(new SameSamples(64)) { EvaluatedInHook = inHook ? new SameSamples(8) : null };
        training.Run(new TrainingOptions { Monitors = [], Validation = validation });
        losses = training.HookLosses;
        return training.Model.Value;
    }

    private static Func<Classifier, Tensor, Tensor, Tensor> LossOf(string failure) => failure switch
    {
        "int labels" => static (model, x, label) => nn.functional.cross_entropy(model.call(x), label),
        "out of bounds" => static (model, x, label) => nn.functional.cross_entropy(model.call(x), label.to_type(ScalarType.Int64) + 5),
        "bytes" => static (model, x, label) => model.call(x.to_type(ScalarType.Byte)).mean(),
        "mat" => static (model, x, label) => model.call(x.narrow(1, 0, 3)).mean(),
        "sizes" => static (model, x, label) => (model.call(x) - x).mean(),
        "integer mean" => static (model, x, label) => label.mean(),
        _ => static (model, x, label) =>
        {
            using IDisposable recording = enable_grad();
            Tensor y = model.call(x).exp();
            Tensor loss = y.sum();
            y.add_(1);
            if (!model.training)
            {
                loss.backward();
            }

            return loss;
        },
    };

    private sealed class Keeping(List<Tensor> kept) : ITrainingMonitor
    {
        public void OnStep(in StepReport step) => kept.Add(ones(1));
    }

    private sealed class Readings : ITrainingMonitor
    {
        internal List<double> Losses { get; } = [];

        public void OnStep(in StepReport step) => Losses.Add(step.Loss);
    }
}
