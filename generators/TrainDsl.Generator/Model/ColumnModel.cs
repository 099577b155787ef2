namespace TrainDsl.Generator.Model;

/// <summary>A column of a dataset.</summary>
/// <param name="Name">Its name, an identifier.</param>
/// <param name="ElementType">Its element type.</param>
/// <param name="Shape">The sizes of one sample; empty for a scalar.</param>
internal sealed record ColumnModel(string Name, ElementType ElementType, EquatableArray<long> Shape)
{
    public bool IsScalar => Shape.Count == 0;
}
