namespace TrainDsl.Generator.Emission;

/// <summary>Every name that the emitters write into a definition: what a user's own names must not be, or what they must be told apart from.</summary>
/// <remarks>A test reads the files of definitions of every kind and compares: a name that an emitter is given is added here.</remarks>
internal static class EmittedNames
{
    /// <summary>The nested type of a training definition.</summary>
    public const string Plan = "Plan";

    public const string Model = "Model";
    public const string Run = "Run";
    public const string Evaluate = "Evaluate";
    public const string MeasureMemory = "MeasureMemory";
    public const string Dispose = "Dispose";

    /// <summary>The nested type of a dataset that a sample is written to.</summary>
    public const string Row = "Row";

    /// <summary>The nested type of a dataset that losses read.</summary>
    public const string Batch = "Batch";

    /// <summary>Members of training definitions. Hooks are not among them: users implement those.</summary>
    public static readonly string[] Training =
    [
        Plan, Model, Run, Evaluate, Dispose, MeasureMemory, LoopEmitter.Declared, LoopEmitter.Fitted, "NewModel", "NewOptimizer", "LearningRateAt",
        "_dataset", "_ownsModel", "BaseLearningRate", "Beta1", "Beta2", "Epsilon", "WeightDecay", "Momentum", "Dampening", "Nesterov", "WarmupSteps", "DecaySteps",
        "FinalFactor", "StepDecaySteps", "StepDecayFactor", "MaxGradientNorm", "MicroBatchShare", "Epochs", "MaxSteps", "Seed",
    ];

    /// <summary>Members of training definitions that users implement.</summary>
    public static readonly string[] Hooks = ["OnStep", "OnEpoch"];

    /// <summary>Locals and parameters in training definitions. Members of the definition are called through its name, which may be one of these.</summary>
    public static readonly string[] Locals =
    [
        "alone", "backpropagation", "batch", "cancellationToken", "checkpoints", "control", "dataset", "declared", "definition", "epoch", "falls",
        "firstStep", "fitted", "globalBatch", "guard", "lane", "learningRate", "loss", "meter", "microBatch", "microBatches", "model", "options",
        "order", "parameters", "pipeline", "plan", "progress", "replica", "replicas", "report", "run", "samples", "scale", "scope", "sequence",
        "share", "step", "tensors", "totalSteps", "validation", "weight",
    ];

    /// <summary>Members of datasets.</summary>
    public static readonly string[] Dataset = [Row, Batch, "s_layout"];

    /// <summary>Members of rows and batches besides columns.</summary>
    public static readonly string[] RowsAndBatches = ["Count", "Random", "Epoch", "_memory", "_tensors"];
}
