using TrainDsl.Generator.Model;

namespace TrainDsl.Generator.Emission;

/// <summary>
/// Writes the loop of plans other than the declared one into a file of its own: the declared plan's loop stays free of what only these need, and an edit of
/// the plan leaves this one as it is.
/// </summary>
internal static class FittedEmitter
{
    /// <summary>Whether the declared plan's loop is not the one of every plan already.</summary>
    public static FittedModel? ModelOf(TrainingModel training)
        => training is { Recipe: { } recipe, Model: { } model, Dataset: { } dataset } && LoopShape.Declared(training.Plan, recipe) != LoopShape.General
            ? new FittedModel(training.Type, recipe, model, dataset)
            : null;

    public static EmittedFile Emit(FittedModel fitted)
    {
        string[] header =
        [
            $"The loop of {fitted.Type.Title} for plans that a run fits to its machine: any micro-batch, devices, nodes and",
            "accumulation that keep the global batch.",
        ];
        string text = ClassFrame.Write(
            fitted.Type,
            header,
            baseList: null,
            source => LoopEmitter.Write(source, LoopEmitter.Fitted, fitted.Type, LoopShape.General, fitted.Recipe, fitted.Model, fitted.Dataset));
        return new(fitted.Type.FullName, "Fitted", IsFurther: true, text);
    }
}
