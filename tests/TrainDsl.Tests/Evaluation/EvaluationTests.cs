using System;
using System.Collections.Generic;
using System.Linq;
using TorchSharp;
using TrainDsl.Evaluation;
using TrainDsl.Tests.Allocation;
using Xunit;
using static TorchSharp.torch;

namespace TrainDsl.Tests.Evaluation;

public sealed class EvaluationTests
{
    [Fact]
    public void MeansAreExactOverUnevenBatches()
    {
        // 237 samples in batches of 8: the last one has 5.
        var dataset = new ProbeSamples();
        using var training = new MeasuredDefinition(dataset);
        EvaluationResult result = training.Evaluate(dataset);

        Assert.Equal(dataset.Count, result.Samples);
        double labels = Enumerable.Range(0, (int)dataset.Count).Average(static i => i % 3);
        Assert.Equal(labels, result["label"], 6);
        double weighted = Enumerable.Range(0, (int)dataset.Count).Sum(static i => (i % 3) * (i % 3)) / (double)Enumerable.Range(0, (int)dataset.Count).Sum(static i => i % 3);
        Assert.Equal(weighted, result["weighted label"], 6);
    }

    [Fact]
    public void AnUnknownMetricIsNamedWithTheDeclaredOnes()
    {
        using var training = new MeasuredDefinition(new ProbeSamples());
        var refused = Assert.Throws<KeyNotFoundException>(() => training.Evaluate(new ProbeSamples())["accuracy"]);
        Assert.Contains("'label'", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void TheModelIsPutBackIntoItsMode(bool trains)
    {
        using var training = new MeasuredDefinition(new ProbeSamples());
        training.Model.train(trains);

        training.Evaluate(new ProbeSamples());

        Assert.Equal(trains, training.Model.training);
        Assert.True(is_grad_enabled());
    }

    /// <summary>A part that is held in eval mode, as a frozen backbone's norms are, stays so.</summary>
    [Fact]
    public void PartsInAModeOfTheirOwnKeepIt()
    {
        using var frozen = nn.Sequential(nn.BatchNorm1d(2), nn.Dropout(0.5));
        using var model = nn.Sequential(frozen, nn.Dropout(0.5));
        model.train();
        frozen.eval();
        using (new EvaluationMode(model))
        {
            Assert.All(model.modules(), static module => Assert.False(module.training));
        }

        Assert.True(model.training);
        Assert.Equal([false, true, false, false], model.modules().Select(static module => module.training));
    }

    [Fact]
    public void AnEmptyDatasetIsRefused()
    {
        var refused = Assert.Throws<DatasetException>(() => new EvaluationPass(new Data.CountingDataset(0), 8, CPU));
        Assert.Contains("0 samples", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ValidationRunsAfterEachEpochAndReachesTheHook()
    {
        using var training = new MeasuredDefinition(new ProbeSamples());
        TrainingResult result = training.Run(new TrainingOptions { Monitors = [], Validation = new ProbeSamples() });

        Assert.Equal(2, result.Epochs.Count);
        Assert.All(result.Epochs, static epoch => Assert.NotNull(epoch.Validation));
        Assert.Equal(result.Epochs, training.Seen);
        Assert.True(result.Completed);
        Assert.Equal(2 * 8, result.Steps);
        Assert.Equal(2 * new ProbeSamples().Count, result.Samples);
        Assert.True(double.IsFinite(result.FinalLoss));
    }

    [Fact]
    public void ValidationOfAnotherTypeIsRefused()
    {
        using var training = new MeasuredDefinition(new ProbeSamples());
        var refused = Assert.Throws<ArgumentException>(() => training.Run(new TrainingOptions { Validation = new OtherSamples(), Monitors = [] }));
        Assert.Contains(nameof(ProbeSamples), refused.Message, StringComparison.Ordinal);
        Assert.Contains(nameof(OtherSamples), refused.Message, StringComparison.Ordinal);
    }

    private sealed class OtherSamples : IDataset
    {
        public long Count => 1;
    }
}

[Training]
[Model<Probe>]
[Dataset<ProbeSamples>]
[GlobalBatch(32)]
[MicroBatch(8)]
[Epochs(2)]
[AdamW]
public sealed partial class MeasuredDefinition
{
    internal List<EpochReport> Seen { get; } = [];

    [Loss]
    private static Tensor Loss(Probe model, in ProbeSamples.Batch batch) => nn.functional.cross_entropy(model.call(batch.Input), batch.Label);

    [Metric("label")]
    private static Tensor MeanLabel(Probe model, in ProbeSamples.Batch batch) => batch.Label.to_type(ScalarType.Float32).mean();

    [Metric("weighted label")]
    private static WeightedSum WeightedLabel(Probe model, in ProbeSamples.Batch batch)
        => new((batch.Label * batch.Label).sum(), batch.Label.sum());

    partial void OnEpoch(EpochReport epoch) => Seen.Add(epoch);
}
