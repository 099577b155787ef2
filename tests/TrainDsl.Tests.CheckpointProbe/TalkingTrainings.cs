using System;
using System.Globalization;
using TorchSharp;
using TrainDsl.Tests.Resuming;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace TrainDsl.Tests.CheckpointProbe;

/// <summary>A run that only a signal ends, whose hook writes to the console: whole lines, parts of lines, errors.</summary>
[Training]
[Model<ResumedModel>]
[Dataset<ResumedSamples>]
[MicroBatch(8)]
[MaxSteps(1_000_000)]
[Sgd(LearningRate = 1e-6)]
internal sealed partial class TalkingTraining
{
    [ModelFactory]
    private static ResumedModel NewResumedModel() => new();

    [Loss]
    private static Tensor Loss(ResumedModel model, in ResumedSamples.Batch batch) => functional.cross_entropy(model.call(batch.Features), batch.Label);

    partial void OnStep(in StepReport step) => Talk.After(step.Step);
}

/// <summary>The same with checkpoints.</summary>
[Training]
[Model<ResumedModel>]
[Dataset<ResumedSamples>]
[MicroBatch(8)]
[MaxSteps(1_000_000)]
[Sgd(LearningRate = 1e-6)]
[Checkpoint(EverySteps = 1_000_000)]
internal sealed partial class TalkingCheckpointedTraining
{
    [ModelFactory]
    private static ResumedModel NewResumedModel() => new();

    [Loss]
    private static Tensor Loss(ResumedModel model, in ResumedSamples.Batch batch) => functional.cross_entropy(model.call(batch.Features), batch.Label);

    partial void OnStep(in StepReport step) => Talk.After(step.Step);
}

/// <summary>A short run that says all that a run can say on its own.</summary>
[Training]
[Model<ResumedModel>]
[Dataset<ResumedSamples>]
[GlobalBatch(16)]
[MicroBatch(8)]
[Epochs(2)]
[Sgd(LearningRate = 1e-6)]
[Checkpoint(EverySteps = 2)]
internal sealed partial class ShortTraining
{
    [ModelFactory]
    private static ResumedModel NewResumedModel() => new();

    [Loss]
    private static Tensor Loss(ResumedModel model, in ResumedSamples.Batch batch) => functional.cross_entropy(model.call(batch.Features), batch.Label);

    [Metric("正確さ")]
    private static Tensor Accuracy(ResumedModel model, in ResumedSamples.Batch batch) => Loss(model, in batch);
}

/// <summary>A run whose figures are the same each time, some of them negative, with no more checkpoints than that of its end.</summary>
[Training]
[Model<ResumedModel>]
[Dataset<ResumedSamples>]
[GlobalBatch(16)]
[MicroBatch(8)]
[Epochs(2)]
[Sgd(LearningRate = 1e-6)]
[Checkpoint(EverySteps = 1_000_000)]
internal sealed partial class CulturedTraining
{
    [ModelFactory]
    private static ResumedModel NewResumedModel() => new();

    [Loss]
    private static Tensor Loss(ResumedModel model, in ResumedSamples.Batch batch) => -functional.cross_entropy(model.call(batch.Features), batch.Label);

    [Metric("likelihood")]
    private static Tensor Likelihood(ResumedModel model, in ResumedSamples.Batch batch) => Loss(model, in batch) * 1e-5;
}

/// <summary>What a user's hook writes.</summary>
internal static class Talk
{
    public const int LastWords = 40;

    public static void After(long step)
    {
        if (step > LastWords)
        {
            return;
        }

        string number = step.ToString(CultureInfo.InvariantCulture);
        switch (step % 4)
        {
            case 0:
                Console.WriteLine("hook line " + number);
                break;
            case 1:
                Console.Write("hook part ");
                Console.Write(number);
                Console.WriteLine(" in three");
                break;
            case 2:
                Console.Error.WriteLine("hook error " + number);
                break;
            default:
                Spectre.Console.AnsiConsole.Write(new Spectre.Console.Text("hook spectre " + number + "\n"));
                break;
        }

        if (step == LastWords)
        {
            Console.WriteLine("hook is done");
        }
    }
}
