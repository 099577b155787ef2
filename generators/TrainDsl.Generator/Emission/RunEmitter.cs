using TrainDsl.Generator.Model;

namespace TrainDsl.Generator.Emission;

/// <summary>Writes <c>Run</c>: what a run is made of, and the loop that its replicas go through.</summary>
internal static class RunEmitter
{
    public static void Write(SourceBuilder source, TrainingModel training, TrainingRecipe recipe, TypeReference model, TypeReference dataset)
    {
        WriteSignature(source, documentsDataset: true);
        source.Line("{");
        var body = new SourceBuilder();
        WriteBody(body, training, recipe, model, dataset);
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
            source.Line("/// <exception cref=\"global::TrainDsl.MicroBatchException\">"
                + "libtorch refused something in the loss, the forward or backward pass or a metric.</exception>");
            source.Line("/// <exception cref=\"global::TrainDsl.Batching.BatchPlanException\">"
                + "The global batch cannot be kept on the devices at hand, or with what the options ask for.</exception>");
        }

        source.Line("public global::TrainDsl.TrainingResult Run(");
        source.Indented("global::TrainDsl.TrainingOptions? options = null,");
        source.Indented("global::System.Threading.CancellationToken cancellationToken = default)");
    }

    private static void WriteBody(
        SourceBuilder source, TrainingModel training, TrainingRecipe recipe, TypeReference model, TypeReference dataset)
    {
        string epochs = recipe.Epochs is null ? "epochs: null" : "Epochs";
        string maxSteps = recipe.MaxSteps is null ? "maxSteps: null" : "MaxSteps";
        source.Line("options ??= new global::TrainDsl.TrainingOptions();");
        source.Line("long samples = ((global::TrainDsl.IDataset)_dataset).Count;");
        source.Line($"var validation = global::TrainDsl.Data.DatasetArgument.As<{dataset.QualifiedName}>(options.Validation);");
        source.Line("var declared = new global::TrainDsl.Batching.BatchPlan(Plan.MicroBatch, Plan.Devices, Plan.Nodes, Plan.Accumulation);");
        source.Line($"global::TrainDsl.Batching.BatchPlan plan = global::TrainDsl.Devices.RunPlan.{(recipe.Loss.CouplesSamples ? "FitWhole" : "Fit")}(declared, options);");
        source.Line($"var sequence = new global::TrainDsl.Data.BatchSequence(samples, plan, dropLast: {Literals.Of(recipe.DropLast)});");
        source.Line($"var order = new global::TrainDsl.Data.SampleOrder(samples, Seed, shuffle: {Literals.Of(recipe.Shuffle)});");
        source.Line($"long totalSteps = sequence.TotalSteps({epochs}, {maxSteps});").Line();

        source.Line($"using var replicas = new global::TrainDsl.Devices.ReplicaSet<{model.QualifiedName}>(");
        WriteReplicaArguments(source, recipe, "plan");
        CheckpointEmitter.Write(source, training, recipe, model, dataset);
        string firstStep = recipe.Checkpoint is null ? "FirstStep: 0" : "checkpoints.FirstStep";
        source.Line("var run = new global::TrainDsl.RunInfo(");
        source.Indented($"{Literals.Of(training.Type.Title)}, plan, replicas.DeviceNames, replicas.ParameterCount,");
        source.Indented($"samples, sequence.StepsPerEpoch, totalSteps, {firstStep});");
        source.Line("replicas.Rehearse(run, sequence, _dataset, validation, Evaluate);");
        source.Line("return replicas.Run(");
        source.Indented("run,");
        source.Indented("options.Monitors,");
        source.Indented("(fitted, firstStep) => new global::TrainDsl.Data.BatchPipeline(");
        source.Indented("    _dataset, sequence.With(fitted), order, replicas.Devices, replicas.FirstReplica, firstStep, totalSteps),");
        string stop = recipe.Checkpoint is null ? "control.StopToken" : "checkpoints.StopToken";
        string arguments = LoopEmitter.Arguments(recipe);
        if (FittedEmitter.ModelOf(training) is null)
        {
            source.Indented($"replica => TrainReplica({arguments}),");
            source.Indented($"{stop});");
            return;
        }

        source.Indented("replica => replica.Plan == declared");
        source.Indented($"    ? TrainReplica({arguments})");
        source.Indented($"    : TrainFittedReplica({arguments}),");
        source.Indented($"{stop});");
    }

    /// <summary>The arguments that make a set of replicas.</summary>
    public static void WriteReplicaArguments(SourceBuilder source, TrainingRecipe recipe, string plan)
    {
        string decayOnly = recipe.Optimizer.DecayMatricesOnly ? "Matrices" : "All";
        string buffers = recipe.AveragesBuffers ? "Averaged" : "First";
        source.Indented($"Model, NewModel, NewOptimizer, {plan}, global::TrainDsl.DecayOnly.{decayOnly}, global::TrainDsl.BufferRule.{buffers},");
        source.Indented($"Seed, autoMicroBatch: {Literals.Of(recipe.AutoMicroBatch)}, options);");
    }
}
