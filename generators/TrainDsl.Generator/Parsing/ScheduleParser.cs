using System.Collections.Generic;
using TrainDsl.Generator.Diagnostics;
using TrainDsl.Generator.Model;

namespace TrainDsl.Generator.Parsing;

/// <summary>Reads the schedule of a training definition; without one the learning rate is constant.</summary>
internal static class ScheduleParser
{
    private const double DefaultStepFactor = 0.1;

    public static ScheduleModel Parse(TrainingAttributes attributes, DiagnosticBag diagnostics)
    {
        IReadOnlyList<DslAttribute> schedules = attributes.Schedules;
        if (schedules.Count == 0)
        {
            return new ConstantModel(0);
        }

        DslAttribute schedule = schedules[0];
        for (int i = 1; i < schedules.Count; i++)
        {
            diagnostics.Report(DiagnosticDescriptors.SecondSchedule, schedules[i].Location, schedules[i].Name, schedule.Name);
        }

        long warmup = Warmup(schedule, attributes.MaxSteps?.Positional<long>(0), diagnostics);
        return schedule.Name switch
        {
            "Constant" => new ConstantModel(warmup),
            "StepDecay" => StepDecay(schedule, warmup, diagnostics),
            _ => Decay(schedule, warmup, diagnostics),
        };
    }

    private static long Warmup(DslAttribute schedule, long? maxSteps, DiagnosticBag diagnostics)
    {
        long warmup = schedule.Named<long>("WarmupSteps") ?? 0;
        if (warmup < 0)
        {
            diagnostics.Report(DiagnosticDescriptors.WarmupNegative, schedule.NamedLocation("WarmupSteps"), warmup);
        }
        else if (warmup >= maxSteps && maxSteps >= 1)
        {
            diagnostics.Report(DiagnosticDescriptors.WarmupTooLong, schedule.NamedLocation("WarmupSteps"), warmup, maxSteps.Value);
        }

        return warmup;
    }

    private static DecayModel Decay(DslAttribute schedule, long warmup, DiagnosticBag diagnostics)
    {
        long? decaySteps = schedule.Named<long>("DecaySteps");
        if (decaySteps <= warmup && warmup >= 0)
        {
            diagnostics.Report(DiagnosticDescriptors.DecayBeforeWarmup, schedule.NamedLocation("DecaySteps"), decaySteps.Value, warmup);
        }

        double finalFactor = schedule.Named<double>("FinalFactor") ?? 0.0;
        if (!(finalFactor >= 0.0 && finalFactor <= 1.0))
        {
            diagnostics.Report(DiagnosticDescriptors.FinalFactor, schedule.NamedLocation("FinalFactor"), finalFactor);
        }

        return new DecayModel(schedule.Name == "CosineDecay", decaySteps, finalFactor, warmup);
    }

    private static StepDecayModel StepDecay(DslAttribute schedule, long warmup, DiagnosticBag diagnostics)
    {
        long every = schedule.Positional<long>(0) ?? 1;
        if (every < 1)
        {
            diagnostics.Report(DiagnosticDescriptors.StepDecayEvery, schedule.PositionalLocation(0, "everySteps"), every);
        }

        double factor = schedule.Named<double>("Factor") ?? DefaultStepFactor;
        if (!(factor > 0.0 && factor <= 1.0))
        {
            diagnostics.Report(DiagnosticDescriptors.StepDecayFactor, schedule.NamedLocation("Factor"), factor);
        }

        return new StepDecayModel(every, factor, warmup);
    }
}
