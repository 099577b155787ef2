using System.Collections.Generic;
using TrainDsl.Generator.Model;

namespace TrainDsl.Generator.Emission;

/// <summary>The header of a training definition's file: what is declared, in words and numbers.</summary>
internal static class PlanInWords
{
    public static IEnumerable<string> Header(TrainingModel training, TrainingRecipe recipe, TypeReference dataset)
    {
        PlanModel plan = training.Plan;
        yield return $"The training loop of {training.Type.Title}.";
        yield return "";
        yield return Row("Plan", $"global batch {plan.GlobalBatch} = micro-batch {plan.MicroBatch} x devices {plan.Devices} x nodes {plan.Nodes} "
            + $"x accumulation {plan.Accumulation}");
        yield return Row("Run", Run(recipe));
        yield return Row("Optimizer", Optimizer(recipe.Optimizer));
        yield return Row("Schedule", Schedule(recipe.Schedule));
        if (recipe.ClipNorm is { } clipNorm)
        {
            yield return Row("Clipping", $"gradient norm at most {Literals.InWords(clipNorm)}");
        }

        if (recipe.Loss.IsWeighted)
        {
            yield return Row("Loss", "sums and weights: normalised by the weight of the whole global batch");
        }

        if (recipe.AutoMicroBatch)
        {
            yield return Row("Memory", "where it runs out, half the micro-batch and twice the accumulation");
        }

        if (recipe.NonFinite is { } action)
        {
            yield return Row("Faults", $"a loss or gradient that is not finite {(action == "Skip" ? "is skipped and counted" : "stops the run")}");
        }

        if (recipe.Checkpoint is { } checkpoint)
        {
            yield return Row("Checkpoint", Checkpoint(checkpoint));
        }

        string order = recipe.Shuffle ? $"shuffled by seed {Literals.Of(recipe.Seed)}" : "in its own order";
        yield return Row("Data", $"{dataset.Name}, {order}, last partial global batch {(recipe.DropLast ? "left out" : "kept")}");
    }

    private static string Row(string title, string text) => $"  {title,-10} {text}";

    private static string Run(TrainingRecipe recipe) => (recipe.Epochs, recipe.MaxSteps) switch
    {
        ({ } epochs, { } steps) => $"{Literals.Count(epochs, "epoch")} or {Literals.Count(steps, "step")}, whichever ends first",
        ({ } epochs, null) => Literals.Count(epochs, "epoch"),
        (_, var steps) => Literals.Count(steps ?? 0, "step"),
    };

    private static string Checkpoint(CheckpointModel checkpoint)
    {
        var when = new List<string>();
        if (checkpoint.EverySteps is { } steps)
        {
            when.Add(steps == 1 ? "every step" : "every " + Literals.Count(steps, "step"));
        }

        if (checkpoint.EveryEpochs is { } epochs)
        {
            when.Add(epochs == 1 ? "every epoch" : "every " + Literals.Count(epochs, "epoch"));
        }

        string end = checkpoint.LowerIsBetter ? "lowest" : "highest";
        string best = checkpoint.KeepBest is { } metric ? $" and the one with the {end} {Literals.Of(metric)}" : "";
        return $"{string.Join(" and ", when)}, the newest {Literals.Of(checkpoint.Keep)}{best} kept";
    }

    private static string Optimizer(OptimizerModel optimizer)
    {
        var parts = new List<string> { "learning rate " + Literals.InWords(optimizer.LearningRate) };
        if (optimizer is SgdModel { Momentum: > 0.0 } sgd)
        {
            parts.Add((sgd.Nesterov ? "Nesterov momentum " : "momentum ") + Literals.InWords(sgd.Momentum));
            if (sgd.Dampening > 0.0)
            {
                parts.Add("dampening " + Literals.InWords(sgd.Dampening));
            }
        }

        if (optimizer.WeightDecay > 0.0)
        {
            parts.Add("weight decay " + Literals.InWords(optimizer.WeightDecay) + (optimizer.DecayMatricesOnly ? " (matrices only)" : ""));
        }

        string name = optimizer is AdamModel adam ? adam.Decoupled ? "AdamW" : "Adam" : "SGD";
        return $"{name}, {string.Join(", ", parts)}";
    }

    private static string Schedule(ScheduleModel schedule)
    {
        string shape = schedule switch
        {
            DecayModel decay => (decay.Cosine ? "cosine" : "linear") + " decay "
                + (decay.DecaySteps is { } end ? "until step " + Literals.Of(end) : "over the run")
                + (decay.FinalFactor > 0.0 ? $" to {Literals.InWords(decay.FinalFactor)} of the base rate" : ""),
            StepDecayModel step => $"times {Literals.InWords(step.Factor)} every {Literals.Count(step.EverySteps, "step")}",
            _ => "constant",
        };
        return schedule.WarmupSteps == 0 ? shape : $"{shape} after {Literals.Count(schedule.WarmupSteps, "warm-up step")}";
    }
}
