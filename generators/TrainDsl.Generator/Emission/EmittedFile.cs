namespace TrainDsl.Generator.Emission;

/// <summary>A generated file.</summary>
/// <param name="FullName">The full name of the class that it is for.</param>
/// <param name="Kind">What it is: told apart by this where a class has two.</param>
/// <param name="IsFurther">Whether it stands beside the file that is named for the class alone.</param>
/// <param name="Text">The source.</param>
internal sealed record EmittedFile(string FullName, string Kind, bool IsFurther, string Text)
{
    /// <summary>What it is called unless another file is called the same.</summary>
    public string Name => IsFurther ? $"{FullName}.{Kind}" : FullName;
}
