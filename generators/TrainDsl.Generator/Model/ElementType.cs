namespace TrainDsl.Generator.Model;

/// <summary>An element type that tensors have.</summary>
/// <param name="Keyword">The C# type.</param>
/// <param name="ScalarType">The name of TorchSharp's <c>ScalarType</c>.</param>
/// <param name="DType">PyTorch's name, for comments.</param>
/// <param name="Bytes">Bytes per element.</param>
internal sealed record ElementType(string Keyword, string ScalarType, string DType, int Bytes)
{
    /// <summary>Whether tensors have such elements. Of a column of another type there are members that cannot be used, so that the mistake stands alone.</summary>
    public bool IsKnown => ScalarType.Length > 0;
}
