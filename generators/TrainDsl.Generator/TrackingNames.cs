namespace TrainDsl.Generator;

/// <summary>The names of the pipeline's steps, by which tests see what an edit made run again.</summary>
internal static class TrackingNames
{
    public const string TrainingParse = "TrainDsl.Training.Parse";
    public const string TrainingModel = "TrainDsl.Training.Model";
    public const string TrainingDiagnostics = "TrainDsl.Training.Diagnostics";
    public const string TrainingEmit = "TrainDsl.Training.Emit";
    public const string FittedModel = "TrainDsl.Fitted.Model";
    public const string FittedEmit = "TrainDsl.Fitted.Emit";
    public const string DatasetParse = "TrainDsl.Dataset.Parse";
    public const string DatasetModel = "TrainDsl.Dataset.Model";
    public const string DatasetDiagnostics = "TrainDsl.Dataset.Diagnostics";
    public const string DatasetEmit = "TrainDsl.Dataset.Emit";
    public const string FileNames = "TrainDsl.FileNames";
    public const string HasDefinitions = "TrainDsl.HasDefinitions";
}
