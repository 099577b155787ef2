using System.Collections.Generic;
using System.Linq;
using TrainDsl.Generator.Model;

namespace TrainDsl.Generator.Emission;

/// <summary>Writes what makes the checkpoints of a run, where they are declared.</summary>
internal static class CheckpointEmitter
{
    public static void Write(SourceBuilder source, TrainingModel training, TrainingRecipe recipe, TypeReference model, TypeReference dataset)
    {
        if (recipe.Checkpoint is not { } checkpoint)
        {
            source.Line($"global::TrainDsl.Checkpoints.RunCheckpoints.RefuseResume(options, {Literals.Of(training.Type.Title)});");
            source.Line("using var control = new global::TrainDsl.Runtime.RunControl(options, cancellationToken);");
            return;
        }

        source.Line("var definition = new global::TrainDsl.Checkpoints.RunDefinition(");
        source.Indented($"typeof({training.Type.Name}).ToString(), typeof({model.QualifiedName}).ToString(), typeof({dataset.QualifiedName}).ToString(),");
        source.Indented($"plan, samples, Shuffle: {Literals.Of(recipe.Shuffle)}, DropLast: {Literals.Of(recipe.DropLast)}, Seed,");
        source.Indented("totalSteps, sequence.StepsPerEpoch,");
        WritePart(source, Optimizer(recipe.Optimizer));
        WritePart(source, Schedule(recipe.Schedule));
        source.Indented($"ClipNorm: {(recipe.ClipNorm is null ? "null" : "MaxGradientNorm")});");
        source.Line("using var checkpoints = new global::TrainDsl.Checkpoints.RunCheckpoints(");
        source.Indented("definition,");
        source.Indented("new global::TrainDsl.Checkpoints.CheckpointSchedule(");
        source.Indented($"    EverySteps: {Optional(checkpoint.EverySteps)}, EveryEpochs: {Optional(checkpoint.EveryEpochs)}, Keep: {Literals.Of(checkpoint.Keep)}, "
            + $"KeepBest: {(checkpoint.KeepBest is null ? "null" : Literals.Of(checkpoint.KeepBest))}, LowerIsBetter: {Literals.Of(checkpoint.LowerIsBetter)}),");
        source.Indented("options, writes: replicas.FirstReplica == 0, cancellationToken);");
    }

    private static string Optional(long? value) => value is { } number ? Literals.Of(number) : "null";

    private static void WritePart(SourceBuilder source, (string Kind, IEnumerable<(string Name, string Value)> Settings) part)
    {
        source.Indented($"new global::TrainDsl.Checkpoints.DefinitionPart({Literals.Of(part.Kind)}, new global::System.Collections.Generic.KeyValuePair<string, double>[]");
        source.Indented("{");
        foreach ((string name, string value) in part.Settings)
        {
            source.Indented($"    new({Literals.Of(name)}, {value}),");
        }

        source.Indented("}),");
    }

    private static (string Kind, IEnumerable<(string Name, string Value)> Settings) Optimizer(OptimizerModel optimizer)
    {
        (string, string)[] shared =
        [
            ("learningRate", "BaseLearningRate"),
            ("weightDecay", "WeightDecay"),
            ("decayMatricesOnly", optimizer.DecayMatricesOnly ? "1" : "0"),
        ];
        return optimizer is AdamModel adam
            ? (adam.Decoupled ? "AdamW" : "Adam", [.. shared, ("beta1", "Beta1"), ("beta2", "Beta2"), ("epsilon", "Epsilon")])
            : ("Sgd", [.. shared, ("momentum", "Momentum"), ("dampening", "Dampening"), ("nesterov", "Nesterov ? 1 : 0")]);
    }

    private static (string Kind, IEnumerable<(string Name, string Value)> Settings) Schedule(ScheduleModel schedule)
    {
        var settings = new List<(string, string)>();
        if (schedule.WarmupSteps > 0)
        {
            settings.Add(("warmupSteps", "WarmupSteps"));
        }

        switch (schedule)
        {
            case DecayModel decay:
                if (decay.DecaySteps is not null)
                {
                    settings.Add(("decaySteps", "DecaySteps"));
                }

                settings.Add(("finalFactor", "FinalFactor"));
                return (decay.Cosine ? "CosineDecay" : "LinearDecay", settings);
            case StepDecayModel:
                settings.Add(("steps", "StepDecaySteps"));
                settings.Add(("factor", "StepDecayFactor"));
                return ("StepDecay", settings);
            default:
                return ("Constant", settings);
        }
    }
}
