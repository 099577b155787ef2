namespace TrainDsl.Generator.Model;

/// <summary>A training definition.</summary>
/// <param name="Type">The class.</param>
/// <param name="Plan">The batch plan.</param>
/// <param name="Model">The model, or null where none could be found out.</param>
/// <param name="Dataset">The dataset, or null where none could be found out.</param>
/// <param name="OmittedMembers">Names of generated members that the class declares itself; <c>.ctor</c> for constructors.</param>
/// <param name="Hooks">The hooks to declare, as the class implements them.</param>
/// <param name="Recipe">What the loop is made from; null where the definition has an error.</param>
/// <param name="Obstacle">The first error, for members that cannot do their work; null where there is none.</param>
/// <param name="BaseCall">The call of a base class's constructor that constructors of a definition with an error need; null for none.</param>
internal sealed record TrainingModel(
    TypeModel Type,
    PlanModel Plan,
    TypeReference? Model,
    TypeReference? Dataset,
    EquatableArray<string> OmittedMembers,
    EquatableArray<HookModel> Hooks,
    TrainingRecipe? Recipe,
    string? Obstacle,
    string? BaseCall);
