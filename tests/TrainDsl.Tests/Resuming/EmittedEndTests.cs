using System;
using System.IO;
using System.Linq;
using System.Threading;
using TorchSharp;
using TrainDsl.Checkpoints;
using TrainDsl.Tests.Checkpoints;
using TrainDsl.Tests.Monitoring;
using Xunit;
using static TorchSharp.torch;

namespace TrainDsl.Tests.Resuming
{
    /// <summary>A run whose metric can be made to fail.</summary>
    [Training]
    [Model<ResumedModel>]
    [Dataset<ResumedSamples>]
    [GlobalBatch(24)]
    [MicroBatch(12)]
    [Epochs(3)]
    [Sgd(LearningRate = 1e-2, Momentum = 0.9)]
    [Checkpoint(EverySteps = 2, KeepBest = "accuracy")]
    internal sealed partial class MeasuredTraining
    {
        /// <summary>Called by each evaluation of the metric.</summary>
        public static Action Measuring { get; set; } = static () => { };

        [ModelFactory]
        private static ResumedModel NewResumedModel() => new();

        [Loss]
        private static Tensor Loss(ResumedModel model, in ResumedSamples.Batch batch) => nn.functional.cross_entropy(model.call(batch.Features), batch.Label);

        [Metric("accuracy")]
        private static Tensor Accuracy(ResumedModel model, in ResumedSamples.Batch batch)
        {
            Measuring();
            return model.call(batch.Features).argmax(1).eq(batch.Label).to_type(ScalarType.Float32).mean();
        }
    }

    /// <summary>Generated loops: how they end, and go on from there.</summary>
    [Collection(AloneCollection.Name)]
    public sealed class EmittedEndTests : IDisposable
    {
        private readonly TemporaryFolder _folder = new();

        public void Dispose()
        {
            MeasuredTraining.Measuring = static () => { };
            _folder.Dispose();
        }

        [Theory]
        [InlineData(1, 1)]
        [InlineData(1, 3)]
        [InlineData(2, 2)]
        public void A_validation_that_fails_is_made_up_for_by_the_resumed_run(int devices, int failingEpoch)
        {
            TrainingOptions options = Options(_folder.File("whole")) with { Devices = devices };
            TrainingResult whole = Train(options, out byte[] expected);
            int epoch = 0;
            options = options with { CheckpointFolder = _folder.File("failing"), Monitors = [new EpochCounter(() => epoch++)] };
            MeasuredTraining.Measuring = () => _ = epoch == failingEpoch - 1 ? throw new InvalidOperationException("injected") : 0;
            Assert.Throws<InvalidOperationException>(() => Train(options, out _));
            MeasuredTraining.Measuring = static () => { };

            TrainingResult resumed = Train(options with { Resume = Resume.Latest, Monitors = [] }, out byte[] actual);

            Assert.Equal(3, resumed.Epochs.Count);
            if (devices == 1)
            {
                // Several replicas of one process draw from one generator, so that dropout does not repeat with them.
                Assert.Equal(expected, actual);
                Assert.Equal(
                    whole.Epochs.Select(static report => (report.Step, report.TrainingLoss, report.Validation!["accuracy"])),
                    resumed.Epochs.Select(static report => (report.Step, report.TrainingLoss, report.Validation!["accuracy"])));
                Assert.Equal(whole.BestCheckpoint! with { Path = "" }, resumed.BestCheckpoint! with { Path = "" });
            }

            TrainingResult finished = Train(options with { Resume = Resume.Latest, Monitors = [] }, out _);
            Assert.Equal(resumed.FinalLoss, finished.FinalLoss);
            Assert.Equal(resumed.Validation!["accuracy"], finished.Validation!["accuracy"]);
            Assert.Equal(resumed.BestCheckpoint, finished.BestCheckpoint);
        }

        [Fact]
        public void Two_definitions_of_one_simple_name_share_neither_folder_nor_checkpoint()
        {
            string before = Directory.GetCurrentDirectory();
            Directory.SetCurrentDirectory(_folder.Path);
            try
            {
                using (var first = new SameName.First.SameTraining(new ResumedSamples()))
                {
                    using var cancellation = new CancellationTokenSource();
                    first.Run(Options(null) with { Monitors = [new StepAction(3, cancellation.Cancel)] }, cancellation.Token);
                }

                using var second = new SameName.Second.SameTraining(new ResumedSamples());
                second.Run(Options(null) with { Resume = Resume.Latest });
                Assert.Equal(
                    ["TrainDsl.Tests.Resuming.SameName.First.SameTraining", "TrainDsl.Tests.Resuming.SameName.Second.SameTraining"],
                    Checkpoint.Names(_folder.File("checkpoints")));

                ResumeException refused = Assert.Throws<ResumeException>(() => second.Run(
                    Options(null) with { Resume = Resume.From(_folder.File("checkpoints/TrainDsl.Tests.Resuming.SameName.First.SameTraining")) }));
                Assert.Equal("definition", Assert.Single(refused.Differences).What);
            }
            finally
            {
                Directory.SetCurrentDirectory(before);
            }
        }

        private static TrainingOptions Options(string? folder) => new()
        {
            CheckpointFolder = folder, Device = DeviceType.CPU, Monitors = [], Validation = new ResumedSamples(),
        };

        private static TrainingResult Train(TrainingOptions options, out byte[] model)
        {
            using var training = new MeasuredTraining(new ResumedSamples());
            TrainingResult result = training.Run(options);
            model = ModelBytes.Of(training.Model);
            return result;
        }

        private sealed class EpochCounter(Action count) : ITrainingMonitor
        {
            public void OnEpoch(EpochReport epoch) => count();
        }
    }
}

namespace TrainDsl.Tests.Resuming.SameName.First
{
    [Training]
    [Model<ResumedModel>]
    [Dataset<ResumedSamples>]
    [GlobalBatch(24)]
    [MicroBatch(24)]
    [MaxSteps(5)]
    [Sgd(LearningRate = 1e-2)]
    [Checkpoint(EverySteps = 2)]
    internal sealed partial class SameTraining
    {
        [ModelFactory]
        private static ResumedModel NewResumedModel() => new();

        [Loss]
        private static Tensor Loss(ResumedModel model, in ResumedSamples.Batch batch) => nn.functional.cross_entropy(model.call(batch.Features), batch.Label);
    }
}

namespace TrainDsl.Tests.Resuming.SameName.Second
{
    [Training]
    [Model<ResumedModel>]
    [Dataset<ResumedSamples>]
    [GlobalBatch(24)]
    [MicroBatch(24)]
    [MaxSteps(5)]
    [Sgd(LearningRate = 1e-2)]
    [Checkpoint(EverySteps = 2)]
    internal sealed partial class SameTraining
    {
        [ModelFactory]
        private static ResumedModel NewResumedModel() => new();

        [Loss]
        private static Tensor Loss(ResumedModel model, in ResumedSamples.Batch batch) => -nn.functional.cross_entropy(model.call(batch.Features), batch.Label);
    }
}
