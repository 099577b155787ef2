using System;
using System.IO;

namespace TrainDsl.Checkpoints;

/// <summary>What holds of every state that a run has written: a file that breaks it is damaged, whatever its checksum says.</summary>
internal static class StateRules
{
    /// <exception cref="InvalidDataException">A rule is broken; the message says which.</exception>
    public static void Check(RunDefinition definition, RunProgress progress)
    {
        Require(definition.Samples >= definition.Plan.GlobalBatch, $"{definition.Samples} samples are fewer than a global batch of {definition.Plan.GlobalBatch}");
        long steps = definition.DropLast ? definition.Samples / definition.Plan.GlobalBatch : ((definition.Samples - 1) / definition.Plan.GlobalBatch) + 1;
        Require(definition.StepsPerEpoch == steps, $"stepsPerEpoch is {definition.StepsPerEpoch}, and {steps} follow from samples and global batch");
        Require(definition.TotalSteps >= 1, $"totalSteps is {definition.TotalSteps}, expected at least 1");
        Require(progress.Step >= 0 && progress.Step <= definition.TotalSteps, $"step is {progress.Step}, expected 0 to {definition.TotalSteps}");
        Require(
            progress.Skipped >= 0 && progress.Skipped <= progress.Step && progress.Updates == progress.Step - progress.Skipped,
            $"{progress.Updates} updates and {progress.Skipped} skipped steps do not make up step {progress.Step}");
        Require(
            progress.Epoch is { MeanWeight: >= 0.0 and < double.PositiveInfinity, SumWeight: >= 0.0 or double.NaN },
            $"the epoch's sums weigh {progress.Epoch.MeanWeight} and {progress.Epoch.SumWeight}, expected at least 0");
        Require(
            progress.Best is not { } best || (best.Step >= 1 && best.Step <= progress.Step && !double.IsNaN(best.Value)),
            $"the best {progress.Best?.Metric} is {progress.Best?.Value} of step {progress.Best?.Step}, expected a number of step 1 to {progress.Step}");
        Require(!progress.EpochIsPending || progress.Step > 0, "an epoch is pending before the first step");
        Require(progress.ExactStep is not (< 0) && !(progress.ExactStep > progress.Step), $"exactStep is {progress.ExactStep}, expected 0 to {progress.Step}");
        long last = 0;
        foreach (EpochReport epoch in progress.Epochs)
        {
            Require(epoch.Step > last && epoch.Step <= progress.Step, $"an epoch ended at step {epoch.Step}, expected {last + 1} to {progress.Step}");
            last = epoch.Step;
        }
    }

    private static void Require(bool holds, string problem)
    {
        if (!holds)
        {
            throw new InvalidDataException(problem + ".");
        }
    }
}
