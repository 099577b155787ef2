namespace TrainDsl.Generator.Model;

/// <summary>Where generated members go: a partial class, and the types and namespace around it.</summary>
/// <param name="Namespace">The namespace, or null for the global one.</param>
/// <param name="Containers">The declarations around the class, outermost first, for instance <c>partial class Outer</c>.</param>
/// <param name="Declaration">The declaration of the class, for instance <c>partial class DigitTraining</c>.</param>
/// <param name="Name">The name of the class as C# writes it: with an @ where it is a keyword.</param>
/// <param name="FullName">The dotted name with namespace and containing types: the class's file is named for it.</param>
internal sealed record TypeModel(string? Namespace, EquatableArray<string> Containers, string Declaration, string Name, string FullName);
