namespace TrainDsl.Generator.Parsing;

/// <summary>The members that are generated into training definitions.</summary>
internal static class TrainingMembers
{
    public const string Plan = "Plan";
    public const string Model = "Model";
    public const string Run = "Run";
    public const string Evaluate = "Evaluate";
    public const string Dispose = "Dispose";
    public const string MeasureMemory = "MeasureMemory";

    /// <summary>Names that a definition may not give to members of its own.</summary>
    public static string[] Reserved =>
    [
        Plan, Model, Run, Evaluate, Dispose, "LearningRateAt", "NewModel", "NewOptimizer", MeasureMemory, "TrainReplica", "TrainFittedReplica", "_dataset", "BaseLearningRate", "Beta1", "Beta2", "Epsilon", "WeightDecay",
        "Momentum", "Dampening", "Nesterov", "WarmupSteps", "DecaySteps", "FinalFactor", "StepDecaySteps", "StepDecayFactor", "MaxGradientNorm",
        "Epochs",
        "MaxSteps", "Seed", "MicroBatchShare",
    ];
}
