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
        using (source.Braces($"{dataset.Access} global::TrainDsl.EvaluationResult Evaluate({dataset.QualifiedName} dataset)"))
        {
            source.Line("global::System.ArgumentNullException.ThrowIfNull(dataset);");
            source.Line("return Evaluate(dataset, Plan.MicroBatch);");
        }

        source.Line();
        using (source.Braces($"private global::TrainDsl.EvaluationResult Evaluate({dataset.QualifiedName} dataset, long microBatch)"))
        {
            source.Line("global::TorchSharp.torch.Device device = global::TrainDsl.Evaluation.EvaluationPass.DeviceOf(Model);");
            source.Line("using var mode = new global::TrainDsl.Evaluation.EvaluationMode(Model);");
            source.Line("using var pass = new global::TrainDsl.Evaluation.EvaluationPass(dataset, microBatch, device);");
            source.Line("using var scope = new global::TrainDsl.Stepping.StepScope();");
            string names = string.Join(", ", recipe.Metrics.Select(static metric => Literals.Of(metric.Name)));
            source.Line($"using var meter = new global::TrainDsl.Evaluation.EvaluationMeter({names});");
            using (source.Braces("while (pass.TryNext(out global::TrainDsl.Data.BatchTensors? tensors))"))
            {
                source.Line($"var batch = new {dataset.QualifiedName}.Batch(tensors);");
                source.Line("meter.Count(batch.Count);");
                WriteScore(source, type, "global::TrainDsl.Evaluation.EvaluationMeter.Loss", recipe.Loss);
                for (int i = 0; i < recipe.Metrics.Count; i++)
                {
                    WriteScore(source, type, Literals.Of(i + 1), recipe.Metrics[i]);
                }

                source.Line("scope.Clear();");
            }

            source.Line().Line("return meter.Result();");
        }
    }

    private static void WriteScore(SourceBuilder source, TypeModel type, string value, ScoreModel score)
        => source.Line($"meter.Add({value}, {score.Call(type, "Model")}{(score.IsWeighted ? "" : ", batch.Count")});");
}
