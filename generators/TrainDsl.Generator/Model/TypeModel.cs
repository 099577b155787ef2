namespace TrainDsl.Generator.Model;

/// <summary>Where generated members go: a partial class, and the types and namespace around it.</summary>
/// <param name="Namespace">The namespace, or null for the global one.</param>
/// <param name="Containers">The declarations around the class, outermost first, for instance <c>partial class Outer</c>.</param>
/// <param name="Declaration">The declaration of the class, for instance <c>partial class DigitTraining</c>.</param>
/// <param name="Name">The name of the class as C# writes it: with an @ where it may be a keyword.</param>
/// <param name="Self">The class as its own members name it: by its name, or in full where something nearer has that name.</param>
/// <param name="FullName">The dotted name with namespace and containing types: the class's file is named for it.</param>
internal sealed record TypeModel(
    string? Namespace, EquatableArray<string> Containers, string Declaration, string Name, string Self, string FullName)
{
    /// <summary>Further warnings that what the class uses brings: those of <c>[Experimental]</c>, and of <c>[Obsolete]</c> with an id of its own.</summary>
    public EquatableArray<string> DisabledWarnings { get; init; } = new([]);

    /// <summary>The name as messages and comments give it: without an @.</summary>
    public string Title => Name.TrimStart('@');
}
