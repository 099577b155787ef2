namespace TrainDsl.Generator.Model;

/// <summary>A dataset: a class with columns.</summary>
/// <param name="Type">The class.</param>
/// <param name="Columns">The columns whose names can be used, in the order of their declaration.</param>
/// <param name="ReadDeclaration">The defining declaration of <c>Read</c> that the user's implementation needs; null where it needs none.</param>
/// <param name="IndexParameter">What the user's <c>Read</c> calls its index.</param>
/// <param name="RowParameter">What it calls its row.</param>
/// <param name="ImplementsInterface">Whether the class can be given the interface that the pipeline reads it through.</param>
/// <param name="OmittedMembers">Names of generated members that the class declares itself.</param>
/// <param name="Obstacle">Why samples cannot be read, or null.</param>
internal sealed record DatasetModel(
    TypeModel Type,
    EquatableArray<ColumnModel> Columns,
    string? ReadDeclaration,
    string IndexParameter,
    string RowParameter,
    bool ImplementsInterface,
    EquatableArray<string> OmittedMembers,
    string? Obstacle);
