using System;
using System.Collections.Immutable;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace TrainDsl.CodeFixes;

/// <summary>Writes the names of this DSL as a file can read them: qualified if the namespace is not imported, or if another type has the name.</summary>
internal static class DslNames
{
    private const string Namespace = "TrainDsl";

    /// <summary>An attribute in its brackets, as it is written on a type: <c>[AdamW]</c>, or <c>[TrainDsl.AdamW]</c>.</summary>
    /// <param name="model">The file.</param>
    /// <param name="type">The type that the attribute is for.</param>
    /// <param name="attribute">The attribute with its brackets and arguments, its name not qualified.</param>
    public static string Attribute(SemanticModel model, TypeDeclarationSyntax type, string attribute)
        => AttributeAt(model, type.SpanStart, attribute);

    /// <summary>An attribute in its brackets, as it is written on a member of a type.</summary>
    /// <param name="model">The file.</param>
    /// <param name="type">The type that has the member.</param>
    /// <param name="attribute">The attribute with its brackets and arguments, its name not qualified.</param>
    public static string MemberAttribute(SemanticModel model, TypeDeclarationSyntax type, string attribute)
        => AttributeAt(model, Inside(type), attribute);

    /// <summary>A type of the DSL, as it is written within a type.</summary>
    /// <param name="model">The file.</param>
    /// <param name="type">The type around it.</param>
    /// <param name="name">The name without namespace.</param>
    public static string Type(SemanticModel model, TypeDeclarationSyntax type, string name)
        => IsSeen(model, Inside(type), name) ? name : Qualifier(model, Inside(type)) + name;

    /// <summary>A place within a type, from which names are looked up as its members do.</summary>
    public static int Inside(TypeDeclarationSyntax type)
        => type.OpenBraceToken.IsMissing || type.OpenBraceToken.Span.IsEmpty ? type.SpanStart : type.OpenBraceToken.Span.End;

    private static string AttributeAt(SemanticModel model, int at, string attribute)
    {
        int end = attribute.IndexOfAny(['(', '<', ']']);
        string name = attribute.Substring(1, end - 1);

        // A type of the short name would make the attribute ambiguous, or be taken for it.
        bool isPlain = IsSeen(model, at, name + nameof(System.Attribute)) && !model.LookupNamespacesAndTypes(at, name: name).Any(IsAttribute);
        return isPlain ? attribute : "[" + Qualifier(model, at) + attribute.Substring(1);
    }

    private static bool IsSeen(SemanticModel model, int at, string name)
    {
        ImmutableArray<ISymbol> seen = model.LookupNamespacesAndTypes(at, name: name);
        return !seen.IsEmpty && seen.All(static symbol => symbol is INamedTypeSymbol { ContainingType: null } type && IsDsl(type.ContainingNamespace));
    }

    private static string Qualifier(SemanticModel model, int at)
    {
        ImmutableArray<ISymbol> seen = model.LookupNamespacesAndTypes(at, name: Namespace);
        bool isPlain = !seen.IsEmpty && seen.All(static symbol => symbol is INamespaceSymbol space && IsDsl(space));
        return (isPlain ? "" : "global::") + Namespace + ".";
    }

    private static bool IsDsl(INamespaceSymbol space) => space is { Name: Namespace, ContainingNamespace.IsGlobalNamespace: true };

    private static bool IsAttribute(ISymbol symbol)
    {
        for (INamedTypeSymbol? type = symbol as INamedTypeSymbol; type is not null; type = type.BaseType)
        {
            if (type is { Name: nameof(System.Attribute), ContainingNamespace: { Name: nameof(System), ContainingNamespace.IsGlobalNamespace: true } })
            {
                return true;
            }
        }

        return false;
    }
}
