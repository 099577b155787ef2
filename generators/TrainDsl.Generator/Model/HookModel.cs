namespace TrainDsl.Generator.Model;

/// <summary>A hook that is declared for the user to implement.</summary>
/// <param name="Declaration">The declaration.</param>
/// <param name="Parameter">What its report is called.</param>
/// <param name="Unit">What the report is of, for comments: step or epoch. Null for one with a wrong signature, which is not called.</param>
internal sealed record HookModel(string Declaration, string Parameter, string? Unit);
