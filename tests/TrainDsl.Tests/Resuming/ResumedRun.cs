using System;
using System.Collections.Generic;
using System.IO;
using System.Threading;
using TrainDsl.Batching;
using TrainDsl.Checkpoints;
using TrainDsl.Data;
using TrainDsl.Faults;
using TrainDsl.Monitoring;
using TrainDsl.Optimizers;
using TrainDsl.Parameters;
using TrainDsl.Stepping;
using static TorchSharp.torch;

namespace TrainDsl.Tests.Resuming;

/// <summary>The runtime parts put together as the generated loop does, with checkpoints.</summary>
internal sealed record ResumedRun
{
    public const int Epochs = 3;
    public const long StepsPerEpoch = 7;
    public const long TotalSteps = Epochs * StepsPerEpoch;

    public required string Folder { get; init; }

    public Resume Resume { get; init; } = Resume.None;

    public ResumedSamples Samples { get; init; } = new();

    public long MicroBatch { get; init; } = 8;

    public long GlobalBatch { get; init; } = 16;

    public long Seed { get; init; } = 3;

    public int Features { get; init; } = ResumedSamples.FeatureCount;

    public double LearningRate { get; init; } = 1e-2;

    public bool Sgd { get; init; }

    public double? ClipNorm { get; init; } = 1.0;

    public CheckpointSchedule Schedule { get; init; } = new(EverySteps: 5, EveryEpochs: null);

    public NonFiniteAction? NonFinite { get; init; }

    /// <summary>Whether a NaN is looked for as on a device that is not waited for.</summary>
    public bool ChecksOnDevice { get; init; }

    public IFileOperations? Operations { get; init; }

    /// <summary>Cancels the run after this step.</summary>
    public long? StopAfter { get; init; }

    /// <summary>Called after each step.</summary>
    public Action<long>? OnStep { get; init; }

    /// <summary>What the user was told.</summary>
    public StringWriter Notices { get; } = new();

    /// <summary>Who else is told.</summary>
    public List<ITrainingMonitor> Monitors { get; init; } = [];

    /// <summary>The epochs that ended in this run.</summary>
    public List<EpochReport> Reports { get; init; } = [];

    /// <summary>The steps whose update was left out.</summary>
    public long Skipped { get; private set; }

    public string Name { get; init; } = "Tests.ResumedRun";

    public string ModelName { get; init; } = "Tests.ResumedModel";

    public TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>Called within each step, after its first forward pass, with the steps done.</summary>
    public Action<long>? WithinStep { get; init; }

    /// <summary>Called before the end of each epoch.</summary>
    public Action<long>? AtEpochEnd { get; init; }

    /// <summary>How the run ended.</summary>
    public TrainingResult? Result { get; private set; }

    public RunDefinition Definition(BatchSequence sequence) => new(
        Name,
        ModelName,
        "Tests.ResumedSamples",
        sequence.Plan,
        Samples.Count,
        Shuffle: true,
        DropLast: false,
        Seed,
        sequence.TotalSteps(Epochs, null),
        sequence.StepsPerEpoch,
        new DefinitionPart(Sgd ? "Sgd" : "AdamW", [new("learningRate", LearningRate)]),
        new DefinitionPart("Constant", [new("warmupSteps", 0)]),
        ClipNorm);

    /// <summary>Trains, and gives back the state of the model at the end.</summary>
    public Dictionary<string, byte[]> Train()
    {
        using var cancellation = new CancellationTokenSource();
        manual_seed(Seed);
        using var model = new ResumedModel(Features);
        var sequence = new BatchSequence(Samples.Count, new BatchPlan(MicroBatch, 1, 1, GlobalBatch / MicroBatch), dropLast: false);
        var order = new SampleOrder(Samples.Count, Seed, shuffle: true);
        RunDefinition definition = Definition(sequence);
        var options = new TrainingOptions { CheckpointFolder = Folder, Resume = Resume, Monitors = [.. Monitors, new NoticeWriter(Notices)] };
        using var checkpoints = new RunCheckpoints(definition, Schedule, options, Operations, clock: Clock, cancellationToken: cancellation.Token);
        model.train();
        using var parameters = new FlatParameters(model, DecayOnly.Matrices);
        using IOptimizer optimizer = Sgd
            ? new FusedSgd(parameters, 0.9, 0.0, nesterov: false, 0.01)
            : new FusedAdam(parameters, AdamDecay.Decoupled, 0.9, 0.999, 1e-8, 0.01);
        using var scale = new GradientScale(parameters);
        checkpoints.Attach(model, parameters, optimizer);
        using var pipeline = new BatchPipeline(Samples, sequence, order, [CPU], 0, checkpoints.FirstStep, definition.TotalSteps);

        // Until then nothing else may touch libtorch's generator, whose state resuming brings back.
        pipeline.AwaitFirst();
        using var backpropagation = new Backpropagation(parameters);
        using var scope = new StepScope();
        using var meter = new RunMeter(
            new RunInfo(
                definition.Name, sequence.Plan, "cpu", parameters.Count, Samples.Count, sequence.StepsPerEpoch, definition.TotalSteps, checkpoints.FirstStep),
            Monitors,
            pipeline.Lanes[0],
            members: null) { Notices = options.Notices };
        using NonFiniteGuard? guard = NonFinite is { } action
            ? new NonFiniteGuard(action, model, parameters, sequence, order, meter, ClipNorm is null ? null : scale, ChecksOnDevice)
            : null;
        checkpoints.Begin(meter, guard);
        BatchLane lane = pipeline.Lanes[0];
        try
        {
            if (meter.EpochIsPending)
            {
                EndEpoch();
                checkpoints.AfterStep(meter);
            }

            while (meter.Step < definition.TotalSteps && !checkpoints.IsStopRequested)
            {
                GlobalBatch globalBatch = lane.NextGlobalBatch(out int microBatches);
                meter.BeginStep(globalBatch);
                guard?.BeginStep();
                parameters.ZeroGradients();
                for (int microBatch = 0; microBatch < microBatches; microBatch++)
                {
                    var batch = new ResumedSamples.Batch(lane.NextMicroBatch());
                    Tensor loss = nn.functional.cross_entropy(model.call(batch.Features), batch.Label);
                    WithinStep?.Invoke(meter.Step);
                    double share = (double)batch.Count / globalBatch.Samples;
                    backpropagation.Run(loss, share);
                    meter.AddLoss(loss, share);
                    scope.Clear();
                }

                scale.Reset();
                if (ClipNorm is { } bound)
                {
                    scale.ClipNorm(bound);
                }

                if (guard?.Allows() ?? true)
                {
                    optimizer.Step(LearningRate, scale);
                }

                meter.EndStep(LearningRate);
                OnStep?.Invoke(meter.Step);
                if (globalBatch.EndsEpoch)
                {
                    EndEpoch();
                }

                if (meter.Step == StopAfter)
                {
                    cancellation.Cancel();
                }

                checkpoints.AfterStep(meter);
                if (Operations is null)
                {
                    // Steps are faster than the disk here: what is written is not to depend on it.
                    checkpoints.Drain();
                }
            }

            checkpoints.Finish(meter);
            Result = meter.EndRun();
            return model.State();
        }
        finally
        {
            Skipped = guard?.Skipped ?? 0;
        }

        void EndEpoch()
        {
            meter.Pause();
            AtEpochEnd?.Invoke(meter.Step);
            EpochReport epoch = meter.EndEpoch(null);
            Reports.Add(epoch);
            checkpoints.AfterEpoch(epoch);
        }
    }
}
