namespace TrainDsl.Generator.Model;

/// <summary>Everything that the loop of a sound training definition is made from.</summary>
/// <param name="Loss">The loss.</param>
/// <param name="Metrics">The metrics in the order of their declaration.</param>
/// <param name="ModelFactory">The method that makes the model, or null for its constructor.</param>
/// <param name="Optimizer">The optimizer.</param>
/// <param name="Schedule">The schedule.</param>
/// <param name="ClipNorm">The bound of the gradient's norm, or null for none.</param>
/// <param name="Epochs">Epochs after which the run ends, or null for no bound.</param>
/// <param name="MaxSteps">Steps after which the run ends, or null for no bound.</param>
/// <param name="Seed">The seed.</param>
/// <param name="Shuffle">Whether each epoch has an order of its own.</param>
/// <param name="DropLast">Whether the last, partial global batch of an epoch is left out.</param>
/// <param name="AveragesBuffers">Whether the replicas average their models' buffers; otherwise the first one's are taken.</param>
/// <param name="AutoMicroBatch">Whether the micro-batch is halved where memory runs out.</param>
/// <param name="Checkpoint">When checkpoints are written, or null for never.</param>
/// <param name="NonFinite">The member of NonFiniteAction that is declared, or null where nothing is checked.</param>
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
    bool AveragesBuffers,
    bool AutoMicroBatch,
    CheckpointModel? Checkpoint,
    string? NonFinite);
