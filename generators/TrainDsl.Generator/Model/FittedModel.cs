namespace TrainDsl.Generator.Model;

/// <summary>What the loop of fitted plans is made from: a sound definition but for its plan.</summary>
internal sealed record FittedModel(TypeModel Type, TrainingRecipe Recipe, TypeReference Model, TypeReference Dataset);
