namespace TrainDsl.Generator.Model;

/// <summary>A type that a definition names.</summary>
/// <param name="QualifiedName">Its fully qualified name, with <c>global::</c>.</param>
/// <param name="Name">Its name without namespace and containing types, for comments.</param>
/// <param name="Access">
/// The widest accessibility that a public member of the definition may have where this type is in its signature: public, internal or private.
/// </param>
internal sealed record TypeReference(string QualifiedName, string Name, string Access);
