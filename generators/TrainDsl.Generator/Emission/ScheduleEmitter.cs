using System.Collections.Generic;
using TrainDsl.Generator.Model;

namespace TrainDsl.Generator.Emission;

/// <summary>Writes the learning rate of each step: the declared schedule's formula with its numbers.</summary>
internal static class ScheduleEmitter
{
    /// <summary>Whether the rate depends on the step at all.</summary>
    public static bool NeedsMethod(ScheduleModel schedule) => schedule is not ConstantModel { WarmupSteps: 0 };

    /// <summary>The learning rate of the step that the loop is in.</summary>
    public static string Call(ScheduleModel schedule)
        => !NeedsMethod(schedule) ? "BaseLearningRate"
            : DependsOnTotalSteps(schedule) ? "LearningRateAt(meter.Step, totalSteps)"
            : "LearningRateAt(meter.Step)";

    public static IEnumerable<(string Type, string Name, string Value)> Constants(ScheduleModel schedule)
    {
        if (schedule.WarmupSteps > 0)
        {
            yield return ("long", "WarmupSteps", Literals.Of(schedule.WarmupSteps));
        }

        switch (schedule)
        {
            case DecayModel decay:
                if (decay.DecaySteps is { } steps)
                {
                    yield return ("long", "DecaySteps", Literals.Of(steps));
                }

                yield return ("double", "FinalFactor", Literals.Of(decay.FinalFactor));
                break;
            case StepDecayModel step:
                yield return ("long", "StepDecaySteps", Literals.Of(step.EverySteps));
                yield return ("double", "StepDecayFactor", Literals.Of(step.Factor));
                break;
        }
    }

    public static void Write(SourceBuilder source, ScheduleModel schedule)
    {
        source.Line("// " + Comment(schedule));
        string parameters = DependsOnTotalSteps(schedule) ? "long step, long totalSteps" : "long step";
        using (source.Braces($"private static double LearningRateAt({parameters})"))
        {
            if (schedule.WarmupSteps > 0)
            {
                using (source.Braces("if (step < WarmupSteps)"))
                {
                    source.Line("return BaseLearningRate * (step + 1) / WarmupSteps;");
                }

                source.Line();
            }

            WriteFormula(source, schedule);
        }
    }

    private static bool DependsOnTotalSteps(ScheduleModel schedule) => schedule is DecayModel { DecaySteps: null };

    private static string Comment(ScheduleModel schedule)
    {
        string warmup = schedule.WarmupSteps > 0 ? "Warm-up rises linearly to the base rate; after it, " : "";
        string rest = schedule switch
        {
            DecayModel { Cosine: true } => "half a cosine from the base rate to its final factor.",
            DecayModel => "a line from the base rate to its final factor.",
            StepDecayModel => "a fall by the same factor at regular steps.",
            _ => "the base rate.",
        };
        return warmup.Length > 0 ? warmup + rest : char.ToUpperInvariant(rest[0]) + rest.Substring(1);
    }

    private static void WriteFormula(SourceBuilder source, ScheduleModel schedule)
    {
        bool hasWarmup = schedule.WarmupSteps > 0;
        string afterWarmup = hasWarmup ? "(step - WarmupSteps)" : "step";
        switch (schedule)
        {
            case DecayModel decay:
                // A declared end is known to lie after warm-up; the end of a run may not.
                string end = decay.DecaySteps is null ? "totalSteps" : "DecaySteps";
                string length = hasWarmup ? end + " - WarmupSteps" : end;
                string span = decay.DecaySteps is null && hasWarmup ? $"global::System.Math.Max(1, {length})" : hasWarmup ? $"({length})" : length;
                source.Line($"double progress = global::System.Math.Min(1.0, {afterWarmup} / (double){span});");
                source.Line(decay.Cosine
                    ? "return BaseLearningRate\n"
                        + "    * (FinalFactor + (1.0 - FinalFactor) * 0.5 * (1.0 + global::System.Math.Cos(global::System.Math.PI * progress)));"
                    : "return BaseLearningRate * (1.0 - (1.0 - FinalFactor) * progress);");
                break;
            case StepDecayModel:
                source.Line($"long falls = {afterWarmup} / StepDecaySteps;");
                source.Line("return BaseLearningRate * global::System.Math.Pow(StepDecayFactor, falls);");
                break;
            default:
                source.Line("return BaseLearningRate;");
                break;
        }
    }
}
