namespace TrainDsl;

/// <summary>A tensor that a weights file and a model both have, and not alike.</summary>
/// <param name="Name">Its name.</param>
/// <param name="InFile">Element type and shape in the file, such as <c>F32 [10, 64]</c>.</param>
/// <param name="InModel">Element type and shape in the model.</param>
public sealed record WeightsMismatch(string Name, string InFile, string InModel)
{
    /// <summary>The mismatch in words.</summary>
    public override string ToString() => $"'{Name}' is {InFile} in the file and {InModel} in the model";
}
