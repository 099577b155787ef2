using TrainDsl.Generator.Model;

namespace TrainDsl.Generator.Emission;

/// <summary>Writes <c>MeasureMemory</c>.</summary>
internal static class MemoryEmitter
{
    public static void Write(SourceBuilder source, TypeModel type, TrainingRecipe recipe, TypeReference model, TypeReference dataset)
    {
        source.Line("/// <summary>");
        source.Line("/// What one replica of the run needs in memory: parameters, gradients, optimizer state, staging, and, where the system counts it, the peak of");
        source.Line("/// activations in one micro-batch. Nothing is trained.");
        source.Line("/// </summary>");
        source.Line("/// <param name=\"options\">What the run would be given.</param>");
        using (source.Braces("public global::TrainDsl.Monitoring.MemoryReport MeasureMemory(global::TrainDsl.TrainingOptions? options = null)"))
        {
            source.Line("options ??= new global::TrainDsl.TrainingOptions();");
            source.Line("long samples = ((global::TrainDsl.IDataset)_dataset).Count;");
            source.Line("var declared = new global::TrainDsl.Batching.BatchPlan(Plan.MicroBatch, Plan.Devices, Plan.Nodes, Plan.Accumulation);");
            source.Line($"global::TrainDsl.Batching.BatchPlan plan = global::TrainDsl.Devices.RunPlan.{(recipe.Loss.CouplesSamples ? "FitWhole" : "Fit")}(declared, options);");
            source.Line("var alone = new global::TrainDsl.Batching.BatchPlan(plan.MicroBatch, devices: 1, nodes: 1, accumulation: 1);");
            source.Line("var sequence = new global::TrainDsl.Data.BatchSequence(samples, alone, dropLast: true);");
            source.Line("var order = new global::TrainDsl.Data.SampleOrder(samples, Seed, shuffle: false);");
            source.Line($"using var replicas = new global::TrainDsl.Devices.ReplicaSet<{model.QualifiedName}>(");
            RunEmitter.WriteReplicaArguments(source, recipe, "alone");
            source.Line("using var pipeline = new global::TrainDsl.Data.BatchPipeline(");
            source.Indented("_dataset, sequence, order, replicas.Devices, replicas.FirstReplica, firstStep: 0, endStep: 1);");
            source.Line("return replicas.MeasureMemory(plan, pipeline, static (replica, tensors) =>");
            source.Line("{");
            source.Indented("using var backpropagation = new global::TrainDsl.Stepping.Backpropagation(replica.Parameters);");
            source.Indented("using var scope = new global::TrainDsl.Stepping.StepScope();");
            source.Indented($"var batch = new {dataset.QualifiedName}.Batch(scope.Begin(tensors));");
            string loss = recipe.Loss.Call(type, "replica.Model") + (recipe.Loss.IsWeighted ? ".Sum" : "");
            source.Indented($"backpropagation.Run({loss}, scale: 1.0);");
            source.Line("}" + (recipe.Checkpoint is null ? "" : ", writesCheckpoints: true") + (recipe.NonFinite is null ? "" : ", keepsBuffers: true") + ");");
        }
    }
}
