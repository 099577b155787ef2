using TrainDsl.Generator.Model;

namespace TrainDsl.Generator.Emission;

/// <summary>Writes a replica's loop, with nothing in it that its shape does not ask for.</summary>
internal static class LoopEmitter
{
    /// <summary>The loop of the declared plan.</summary>
    public const string Declared = "TrainReplica";

    /// <summary>The loop of every other plan.</summary>
    public const string Fitted = "TrainFittedReplica";

    private const string Tensor = "global::TorchSharp.torch.Tensor";

    /// <summary>What a loop is called with.</summary>
    public static string Arguments(TrainingRecipe recipe)
        => "replica, validation, " + (recipe.NonFinite is null ? "" : "sequence, order, ") + (recipe.Checkpoint is null ? "control.StopToken" : "checkpoints");

    public static void Write(
        SourceBuilder source, string name, TypeModel type, LoopShape shape, TrainingRecipe recipe, TypeReference model, TypeReference dataset)
    {
        source.Line($"private global::TrainDsl.TrainingResult {name}(");
        source.Indented($"global::TrainDsl.Devices.Replica<{model.QualifiedName}> replica,");
        source.Indented($"{dataset.QualifiedName}? validation,");
        if (recipe.NonFinite is not null)
        {
            source.Indented("global::TrainDsl.Data.BatchSequence sequence,");
            source.Indented("global::TrainDsl.Data.SampleOrder order,");
        }

        source.Indented(recipe.Checkpoint is null
            ? "global::System.Threading.CancellationToken cancellationToken)"
            : "global::TrainDsl.Checkpoints.RunCheckpoints checkpoints)");
        source.Line("{");
        var body = new SourceBuilder();
        WriteParts(body, recipe, model);
        body.Line();
        WriteSteps(body, type, shape, recipe, dataset);
        body.Line();
        if (recipe.Checkpoint is not null)
        {
            body.Line("checkpoints.Finish(replica);");
        }

        body.Line("return meter.EndRun();");
        if (recipe.Checkpoint is not null)
        {
            body.Line();
            using (body.Braces("void EndEpoch()"))
            {
                WriteEpochEnd(body, shape, recipe);
            }
        }

        source.Indented(body.ToString().TrimEnd('\n'));
        source.Line("}");
    }

    private static void WriteParts(SourceBuilder source, TrainingRecipe recipe, TypeReference model)
    {
        source.Line($"{model.QualifiedName} model = replica.Model;");
        source.Line("global::TrainDsl.Parameters.FlatParameters parameters = replica.Parameters;");
        source.Line("global::TrainDsl.Data.BatchLane lane = replica.Lane;");
        source.Line("global::TrainDsl.Monitoring.RunMeter meter = replica.Meter;");
        source.Line("long totalSteps = meter.Info.TotalSteps;");
        if (NeedsScale(recipe))
        {
            source.Line("using var scale = new global::TrainDsl.Optimizers.GradientScale(parameters);");
        }

        if (recipe.ClipNorm is not null)
        {
            source.Line("meter.ReadNormFrom(scale);");
        }

        if (recipe.Loss.IsWeighted)
        {
            source.Line("using var weight = new global::TrainDsl.Optimizers.WeightMeter(replica.Device);");
        }

        source.Line("using var backpropagation = new global::TrainDsl.Stepping.Backpropagation(parameters);");
        source.Line("using var scope = new global::TrainDsl.Stepping.StepScope();");
        if (recipe.Checkpoint is not null)
        {
            source.Line("checkpoints.Attach(replica);");
        }

        if (recipe.NonFinite is { } action)
        {
            source.Line("using var guard = new global::TrainDsl.Faults.NonFiniteGuard(");
            string scale = NeedsScale(recipe) ? ", scale" : "";
            source.Indented($"global::TrainDsl.NonFiniteAction.{action}, model, parameters, sequence, order, meter{scale});");
        }

        if (recipe.Checkpoint is not null)
        {
            source.Line($"checkpoints.Begin(replica{(recipe.NonFinite is null ? "" : ", guard")});");
        }
    }

    private static void WriteSteps(SourceBuilder source, TypeModel type, LoopShape shape, TrainingRecipe recipe, TypeReference dataset)
    {
        // The end of an epoch leaves a replica of several with fewer micro-batches, or none, as it may leave the last ones of an accumulation out.
        bool countsMicroBatches = (shape.Accumulates || shape.Replicates) && !shape.HasConstantShare && !recipe.DropLast
            || shape == LoopShape.General;
        string token = recipe.Checkpoint is null ? "cancellationToken" : "checkpoints.StopToken";
        if (recipe.Checkpoint is not null)
        {
            source.Line("// What a failure has left of the end of an epoch comes first in a run that is resumed.");
            using (source.Braces("if (meter.EpochIsPending)"))
            {
                source.Line("EndEpoch();");
                source.Line("checkpoints.AfterStep(replica);");
            }

            source.Line();
        }

        string stops = shape.Replicates ? $"replica.AgreesToStop({token})" : $"{token}.IsCancellationRequested";
        using (source.Braces($"while (meter.Step < totalSteps && !{stops})"))
        {
            string microBatches = countsMicroBatches ? "int microBatches" : "int _";
            source.Line($"global::TrainDsl.Data.GlobalBatch globalBatch = lane.NextGlobalBatch(out {microBatches});");
            source.Line("meter.BeginStep(globalBatch);");
            if (recipe.NonFinite is not null)
            {
                source.Line("guard.BeginStep();");
            }

            source.Line("parameters.ZeroGradients();");
            if (recipe.Loss.IsWeighted)
            {
                source.Line("weight.Reset();");
            }

            if (countsMicroBatches || shape.Accumulates)
            {
                string count = countsMicroBatches ? "microBatches" : "Plan.Accumulation";
                string counter = countsMicroBatches ? "int" : "long";
                using (source.Braces($"for ({counter} microBatch = 0; microBatch < {count}; microBatch++)"))
                {
                    WriteMicroBatch(source, type, shape, recipe, dataset);
                }
            }
            else
            {
                WriteMicroBatch(source, type, shape, recipe, dataset);
            }

            source.Line();
            WriteUpdate(source, shape, recipe);
            source.Line();
            source.Line("// A run that ends within an epoch is validated there too.");
            using (source.Braces("if (globalBatch.EndsEpoch || meter.Step == totalSteps)"))
            {
                if (recipe.Checkpoint is null)
                {
                    WriteEpochEnd(source, shape, recipe);
                }
                else
                {
                    source.Line("EndEpoch();");
                }
            }

            if (recipe.Checkpoint is not null)
            {
                source.Line().Line("checkpoints.AfterStep(replica);");
            }
        }
    }

    private static void WriteMicroBatch(SourceBuilder source, TypeModel type, LoopShape shape, TrainingRecipe recipe, TypeReference dataset)
    {
        source.Line($"var batch = new {dataset.QualifiedName}.Batch(scope.Begin(lane.NextMicroBatch()));");
        if (recipe.Loss.IsWeighted)
        {
            source.Line($"global::TrainDsl.WeightedSum loss = {recipe.Loss.Call(type, "model")};").Line();
            source.Line("// Sums are added up as they are: the weight of the whole global batch divides them, once it is known.");
            source.Line("backpropagation.Run(loss.Sum, scale: 1.0);");
            source.Line("weight.Add(loss.Weight);");
            source.Line("meter.AddLoss(loss);");
            source.Line("scope.Clear();");
            return;
        }

        source.Line($"{Tensor} loss = {recipe.Loss.Call(type, "model")};");
        string share = "1.0";
        if (shape.HasConstantShare)
        {
            source.Line().Line("// Every micro-batch is full: the mean over the global batch is the plain mean of its micro-batches.");
            share = "MicroBatchShare";
        }
        else if (shape.Accumulates || shape.Replicates)
        {
            source.Line().Line("// The mean over the global batch is the mean of its micro-batches, each weighted by its samples.");
            source.Line("double share = (double)batch.Count / globalBatch.Samples;");
            share = "share";
        }

        source.Line($"backpropagation.Run(loss, {share});");
        source.Line($"meter.AddLoss(loss, {share});");
        source.Line("scope.Clear();");
    }

    private static void WriteUpdate(SourceBuilder source, LoopShape shape, TrainingRecipe recipe)
    {
        if (shape.Replicates)
        {
            source.Line("// Once a global batch: each replica gets the sums of the part that it updates, and hands its update on.");
            source.Line("replica.ReduceGradients();");
        }

        string learningRate = "BaseLearningRate";
        if (ScheduleEmitter.NeedsMethod(recipe.Schedule))
        {
            source.Line($"double learningRate = {ScheduleEmitter.Call(recipe.Schedule)};");
            learningRate = "learningRate";
        }

        if (recipe.Loss.IsWeighted)
        {
            source.Line("scale.DivideBy(weight);");
        }
        else if (NeedsScale(recipe))
        {
            source.Line("scale.Reset();");
        }

        if (recipe.ClipNorm is not null)
        {
            source.Line("scale.ClipNorm(MaxGradientNorm);");
        }

        string update = $"replica.Optimizer.Step({learningRate}{(NeedsScale(recipe) ? ", scale" : "")});";
        if (recipe.NonFinite is null)
        {
            source.Line(update);
        }
        else
        {
            using (source.Braces("if (guard.Allows())"))
            {
                source.Line(update);
            }

            source.Line();
        }

        if (shape.Replicates)
        {
            source.Line("replica.GatherParameters();");
        }

        source.Line($"global::TrainDsl.StepReport report = meter.EndStep({learningRate});");
        if (shape.Replicates)
        {
            using (source.Braces("if (replica.IsFirst)"))
            {
                source.Line("OnStep(in report);");
            }
        }
        else
        {
            source.Line("OnStep(in report);");
        }
    }

    private static void WriteEpochEnd(SourceBuilder source, LoopShape shape, TrainingRecipe recipe)
    {
        source.Line("meter.Pause();");
        if (!shape.Replicates)
        {
            source.Line("global::TrainDsl.EpochReport epoch = meter.EndEpoch(");
            source.Indented("validation is null ? null : Evaluate(validation, meter.Info.Plan.MicroBatch));");
            WriteOnEpoch(source, recipe);
            return;
        }

        source.Line("// The first replica of each process evaluates; the others wait for it in the next step.");
        source.Line("global::TrainDsl.EpochReport epoch = meter.EndEpoch(");
        source.Indented("validation is null || replica.Index > 0 ? null : Evaluate(validation, meter.Info.Plan.MicroBatch));");
        using (source.Braces("if (replica.IsFirst)"))
        {
            WriteOnEpoch(source, recipe);
        }
    }

    private static void WriteOnEpoch(SourceBuilder source, TrainingRecipe recipe)
    {
        source.Line("OnEpoch(epoch);");
        if (recipe.Checkpoint is not null)
        {
            source.Line("checkpoints.AfterEpoch(epoch);");
        }
    }

    private static bool NeedsScale(TrainingRecipe recipe) => recipe.ClipNorm is not null || recipe.Loss.IsWeighted;
}
