namespace TrainDsl.Generator.Model;

/// <summary>Everything that the loop of a sound training definition is made from.</summary>
internal sealed record TrainingRecipe(
    ScoreModel Loss,
    EquatableArray<ScoreModel> Metrics,
    string? ModelFactory,
    OptimizerModel Optimizer,
    ScheduleModel Schedule,
    double? ClipNorm,
    int? Epochs,
    long? MaxSteps,
    long Seed,
    bool Shuffle,
    bool DropLast,
    bool AveragesBuffers);
