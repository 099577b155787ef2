using System.Linq;
using TrainDsl.Generator.Model;

namespace TrainDsl.Generator.Emission;

/// <summary>Writes <c>Evaluate</c>.</summary>
internal static class EvaluateEmitter
{
    public static void Write(SourceBuilder source, TypeModel type, TrainingRecipe recipe, TypeReference dataset)
    {
        source.Line("/// <summary>");
        source.Line("/// The loss and the declared metrics over a dataset, exact over batches of unequal size. The model computes in eval mode.");
        source.Line("/// </summary>");
        source.Line("/// <param name=\"dataset\">The dataset to evaluate on.</param>");
        source.Line("/// <returns>The loss and the metrics.</returns>");
        source.Line("/// <exception cref=\"global::TrainDsl.DatasetException\">The dataset is empty, or failed to read a sample.</exception>");
        source.Line("/// <exception cref=\"global::TrainDsl.MicroBatchException\">libtorch refused something in the loss, the forward pass or a metric.</exception>");
        using (source.Braces($"{dataset.Access} global::TrainDsl.EvaluationResult Evaluate({dataset.QualifiedName} dataset)"))
        {
            source.Line("global::System.ArgumentNullException.ThrowIfNull(dataset);");
            source.Line("return Evaluate(dataset, Plan.MicroBatch);");
        }

        source.Line();
        source.Line("private global::TrainDsl.EvaluationResult Evaluate(global::TrainDsl.Data.IColumnDataset dataset, long microBatch)");
        source.Indented("=> global::TrainDsl.Evaluation.Evaluator.Run(Model, dataset, microBatch, Seed, static (model, tensors, meter) =>");
        source.Indented("{");
        source.Indented($"    var batch = new {dataset.QualifiedName}.Batch(tensors);");
        source.Indented("    " + Score(type, "global::TrainDsl.Evaluation.EvaluationMeter.Loss", recipe.Loss));
        for (int i = 0; i < recipe.Metrics.Count; i++)
        {
            source.Indented("    " + Score(type, Literals.Of(i + 1), recipe.Metrics[i]));
        }

        source.Indented($"}}{string.Concat(recipe.Metrics.Select(static metric => ", " + Literals.Of(metric.Name)))});");
    }

    private static string Score(TypeModel type, string value, ScoreModel score)
        => $"meter.Add({value}, {score.Call(type, "model")}{(score.IsWeighted ? "" : ", batch.Count")});";
}
