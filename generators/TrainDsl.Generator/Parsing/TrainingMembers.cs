namespace TrainDsl.Generator.Parsing;

/// <summary>The members that are generated into every training definition.</summary>
internal static class TrainingMembers
{
    public const string Plan = "Plan";
    public const string Model = "Model";
    public const string Run = "Run";
    public const string Evaluate = "Evaluate";
    public const string LearningRateAt = "LearningRateAt";

    /// <summary>Names that a definition may not give to members of its own.</summary>
    public static string[] Reserved => [Plan, Model, Run, Evaluate, LearningRateAt];
}
