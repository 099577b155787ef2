namespace TrainDsl.Generator.Model;

/// <summary>A method of the definition that computes a loss or metric.</summary>
/// <param name="Name">The name under which it is reported.</param>
/// <param name="Method">The method, as C# writes it within the class.</param>
/// <param name="ModelCast">The type that a call casts the model to, so that no overload fits better than the marked method; null where it has no overload.</param>
/// <param name="IsWeighted">Whether it returns a sum and its weight; otherwise the mean over the batch's samples.</param>
/// <param name="CouplesSamples">Whether it couples the samples of its batch, which is then not split.</param>
internal sealed record ScoreModel(string Name, string Method, string? ModelCast, bool IsWeighted, bool CouplesSamples = false)
{
    /// <summary>A call of the method for the micro-batch at hand.</summary>
    /// <param name="type">The class that declares it. The call goes through the class, because a local of the loop may have the method's name.</param>
    /// <param name="model">The expression of the model.</param>
    public string Call(TypeModel type, string model) => $"{type.Self}.{Method}({(ModelCast is null ? "" : $"({ModelCast})")}{model}, in batch)";
}
