namespace TrainDsl.Generator.Model;

/// <summary>A method of the definition that computes a loss or metric.</summary>
/// <param name="Name">The name under which it is reported.</param>
/// <param name="Method">The method, as C# writes it.</param>
/// <param name="IsWeighted">Whether it returns a sum and its weight; otherwise the mean over the batch's samples.</param>
internal sealed record ScoreModel(string Name, string Method, bool IsWeighted);
