using TrainDsl.Generator.Model;

namespace TrainDsl.Generator.Emission;

/// <summary>Writes <c>Run</c>: the loop, with nothing in it that the declaration does not ask for.</summary>
internal static class RunEmitter
{
    private const string Tensor = "global::TorchSharp.torch.Tensor";

    /// <summary>
    /// Whether every micro-batch has the same share of its global batch: where partial ones are left out. (One micro-batch alone has a share of
    /// 1, which is not worth a name.)
    /// </summary>
    public static bool HasConstantShare(PlanModel plan, TrainingRecipe recipe)
        => recipe.DropLast && plan.Accumulation > 1 && !recipe.Loss.IsWeighted && plan.Replicas == 1;

    public static void Write(SourceBuilder source, TrainingModel training, TrainingRecipe recipe, TypeReference dataset)
    {
        WriteSignature(source, documentsDataset: true);
        source.Line("{");
        var body = new SourceBuilder();
        if (training.Plan.Replicas > 1)
        {
            WriteRefusal(body, training);
        }
        else
        {
            WriteSetup(body, training, recipe, dataset);
            body.Line();
            WriteLoop(body, training, recipe, dataset);
            body.Line().Line("return meter.EndRun();");
        }

        source.Indented(body.ToString().TrimEnd('\n'));
        source.Line("}");
    }

    public static void WriteSignature(SourceBuilder source, bool documentsDataset)
    {
        source.Line("/// <summary>Trains to the end of the run, or until it is cancelled; a cancelled run finishes the step it is in.</summary>");
        source.Line("/// <param name=\"options\">What differs from the defaults in this run.</param>");
        source.Line("/// <param name=\"cancellationToken\">Ends the run after the step it is in.</param>");
        source.Line("/// <returns>How the run ended.</returns>");
        if (documentsDataset)
        {
            source.Line("/// <exception cref=\"global::TrainDsl.DatasetException\">"
                + "The dataset is too small for a global batch, or failed to read a sample.</exception>");
        }

        source.Line("public global::TrainDsl.TrainingResult Run(");
        source.Indented("global::TrainDsl.TrainingOptions? options = null,");
        source.Indented("global::System.Threading.CancellationToken cancellationToken = default)");
    }

    private static void WriteRefusal(SourceBuilder source, TrainingModel training)
    {
        PlanModel plan = training.Plan;
        string message = $"{training.Type.Name} declares {plan.Devices} x {plan.Nodes} replicas (devices x nodes), "
            + "and training on more than one is not supported yet. "
            + $"Declare one device: with accumulation {plan.Accumulation * plan.Replicas} the global batch stays {plan.GlobalBatch}.";
        source.Line("// Training fewer replicas than declared would train with another global batch.");
        source.Line("throw new global::System.NotSupportedException(").Indented(Literals.Of(message) + ");");
    }

    private static void WriteSetup(SourceBuilder source, TrainingModel training, TrainingRecipe recipe, TypeReference dataset)
    {
        string epochs = recipe.Epochs is null ? "epochs: null" : "Epochs";
        string maxSteps = recipe.MaxSteps is null ? "maxSteps: null" : "MaxSteps";
        source.Line("options ??= new global::TrainDsl.TrainingOptions();");
        source.Line($"var validation = global::TrainDsl.Data.DatasetArgument.As<{dataset.QualifiedName}>(options.Validation);");
        source.Line("var plan = new global::TrainDsl.Batching.BatchPlan(Plan.MicroBatch, Plan.Devices, Plan.Nodes, Plan.Accumulation);");
        source.Line($"var sequence = new global::TrainDsl.Data.BatchSequence(_dataset.Count, plan, dropLast: {Literals.Of(recipe.DropLast)});");
        source.Line($"var order = new global::TrainDsl.Data.SampleOrder(_dataset.Count, Seed, shuffle: {Literals.Of(recipe.Shuffle)});");
        source.Line($"long totalSteps = sequence.TotalSteps({epochs}, {maxSteps});");
        source.Line("global::TorchSharp.torch.Device device = global::TrainDsl.Devices.DeviceSelection.Of(options);");
        source.Line("global::TorchSharp.ModuleExtensionMethods.to(Model, device);");
        source.Line("Model.train();").Line();
        OptimizerEmitter.Write(source, recipe.Optimizer);
        if (NeedsScale(recipe))
        {
            source.Line("using var scale = new global::TrainDsl.Optimizers.GradientScale(parameters);");
        }

        if (recipe.Loss.IsWeighted)
        {
            source.Line("using var weight = new global::TrainDsl.Optimizers.WeightMeter(device);");
        }

        source.Line("using var pipeline = new global::TrainDsl.Data.BatchPipeline(");
        source.Indented("_dataset, sequence, order, [device], firstReplica: 0, firstStep: 0, totalSteps);");
        source.Line("using var backpropagation = new global::TrainDsl.Stepping.Backpropagation();");
        source.Line("using var scope = new global::TrainDsl.Stepping.StepScope();");
        string scale = recipe.ClipNorm is not null ? ", scale" : "";
        source.Line("using var meter = new global::TrainDsl.Monitoring.RunMeter(");
        source.Indented("new global::TrainDsl.RunInfo(");
        source.Indented($"    nameof({training.Type.Name}), plan, device.ToString(), parameters.Count, _dataset.Count, sequence.StepsPerEpoch, totalSteps,");
        source.Indented("    FirstStep: 0),");
        source.Indented($"options.Monitors, pipeline.Lanes[0]{scale});");
    }

    private static void WriteLoop(SourceBuilder source, TrainingModel training, TrainingRecipe recipe, TypeReference dataset)
    {
        bool accumulates = training.Plan.Accumulation > 1;
        bool variesInMicroBatches = accumulates && !recipe.DropLast;
        source.Line("global::TrainDsl.Data.BatchLane lane = pipeline.Lanes[0];");
        using (source.Braces("while (meter.Step < totalSteps && !cancellationToken.IsCancellationRequested)"))
        {
            string microBatches = variesInMicroBatches ? "int microBatches" : "_";
            source.Line($"global::TrainDsl.Data.GlobalBatch globalBatch = lane.NextGlobalBatch(out {microBatches});");
            source.Line("meter.BeginStep(globalBatch);");
            source.Line("parameters.ZeroGradients();");
            if (recipe.Loss.IsWeighted)
            {
                source.Line("weight.Reset();");
            }

            if (accumulates)
            {
                string count = variesInMicroBatches ? "microBatches" : "Plan.Accumulation";
                string counter = variesInMicroBatches ? "int" : "long";
                using (source.Braces($"for ({counter} microBatch = 0; microBatch < {count}; microBatch++)"))
                {
                    WriteMicroBatch(source, training.Plan, recipe, dataset);
                }

                source.Line();
            }
            else
            {
                WriteMicroBatch(source, training.Plan, recipe, dataset);
                source.Line();
            }

            WriteUpdate(source, recipe);
            source.Line();
            using (source.Braces("if (globalBatch.EndsEpoch)"))
            {
                source.Line("meter.Pause();");
                source.Line("global::TrainDsl.EpochReport epoch = meter.EndEpoch(validation is null ? null : Evaluate(validation));");
                source.Line("OnEpoch(epoch);");
            }
        }
    }

    private static void WriteMicroBatch(SourceBuilder source, PlanModel plan, TrainingRecipe recipe, TypeReference dataset)
    {
        source.Line($"var batch = new {dataset.QualifiedName}.Batch(lane.NextMicroBatch());");
        if (recipe.Loss.IsWeighted)
        {
            source.Line($"global::TrainDsl.WeightedSum loss = {recipe.Loss.Method}(Model, in batch);").Line();
            source.Line("// Sums are added up as they are: the weight of the whole global batch divides them, once it is known.");
            source.Line("backpropagation.Run(loss.Sum, scale: 1.0);");
            source.Line("weight.Add(loss.Weight);");
            source.Line("meter.AddLoss(loss);");
            source.Line("scope.Clear();");
            return;
        }

        source.Line($"{Tensor} loss = {recipe.Loss.Method}(Model, in batch);");
        string share = "1.0";
        if (HasConstantShare(plan, recipe))
        {
            source.Line().Line("// Every micro-batch is full: the mean over the global batch is the plain mean of its micro-batches.");
            share = "MicroBatchShare";
        }
        else if (plan.Accumulation > 1)
        {
            source.Line().Line("// The mean over the global batch is the mean of its micro-batches, each weighted by its samples.");
            source.Line("double share = (double)batch.Count / globalBatch.Samples;");
            share = "share";
        }

        source.Line($"backpropagation.Run(loss, {share});");
        source.Line($"meter.AddLoss(loss, {share});");
        source.Line("scope.Clear();");
    }

    private static void WriteUpdate(SourceBuilder source, TrainingRecipe recipe)
    {
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

        source.Line($"optimizer.Step({learningRate}{(NeedsScale(recipe) ? ", scale" : "")});");
        source.Line($"global::TrainDsl.StepReport report = meter.EndStep({learningRate});");
        source.Line("OnStep(in report);");
    }

    private static bool NeedsScale(TrainingRecipe recipe) => recipe.ClipNorm is not null || recipe.Loss.IsWeighted;
}
