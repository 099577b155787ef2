using System;
using System.Collections.Generic;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using TrainDsl.Generator.Model;

namespace TrainDsl.Generator.Parsing;

/// <summary>How symbols are named in generated code and in messages.</summary>
internal static class SymbolNames
{
    // Words that are keywords in some places, whether the compiler at hand knows them or not.
    private static readonly HashSet<string> s_contextualKeywords = new(StringComparer.Ordinal)
    {
        "_", "allows", "dynamic", "extension", "field", "file", "nint", "notnull", "nuint", "record", "required", "scoped", "unmanaged", "var",
    };

    private static readonly SymbolDisplayFormat s_qualified = SymbolDisplayFormat.FullyQualifiedFormat
        .WithMiscellaneousOptions(SymbolDisplayMiscellaneousOptions.UseSpecialTypes);

    /// <summary>The fully qualified name, with <c>global::</c>.</summary>
    public static string FullyQualified(ITypeSymbol type) => Escaped(type.ToDisplayParts(s_qualified));

    /// <summary>The dotted name of a namespace.</summary>
    public static string Dotted(INamespaceSymbol space) => Escaped(space.ToDisplayParts(SymbolDisplayFormat.CSharpErrorMessageFormat));

    /// <summary>The name as a message or comment gives it, without namespace.</summary>
    public static string Short(ITypeSymbol type) => type.ToDisplayString(SymbolDisplayFormat.MinimallyQualifiedFormat);

    /// <summary>An identifier as C# writes it: with an @ where it is a keyword, or is one in some places.</summary>
    public static string Escaped(string identifier)
        => SyntaxFacts.GetKeywordKind(identifier) == SyntaxKind.None && SyntaxFacts.GetContextualKeywordKind(identifier) == SyntaxKind.None
            && !s_contextualKeywords.Contains(identifier) ? identifier : "@" + identifier;

    /// <summary>Whether a type is the one with this namespace and these nested names, as in ("TorchSharp", "torch", "Tensor").</summary>
    public static bool Is(ITypeSymbol? type, string rootNamespace, params string[] names)
    {
        ISymbol? symbol = type;
        for (int i = names.Length - 1; i >= 0; i--)
        {
            if (symbol is not INamedTypeSymbol { Arity: 0 } named || named.Name != names[i])
            {
                return false;
            }

            symbol = i == 0 ? named.ContainingNamespace : named.ContainingType;
        }

        return symbol is INamespaceSymbol { ContainingNamespace.IsGlobalNamespace: true } space && space.Name == rootNamespace;
    }

    public static bool IsTensor(ITypeSymbol type) => Is(type, "TorchSharp", "torch", "Tensor");

    /// <summary>Whether a type is a TorchSharp module, whatever its inputs and outputs are.</summary>
    public static bool IsModule(ITypeSymbol type)
    {
        for (ITypeSymbol? current = type; current is not null; current = current.BaseType)
        {
            if (Is(current, "TorchSharp", "torch", "nn", "Module"))
            {
                return true;
            }
        }

        return false;
    }

    public static bool IsDataset(ITypeSymbol type)
    {
        foreach (INamedTypeSymbol candidate in type.AllInterfaces)
        {
            if (Is(candidate, DslAttribute.Namespace, "IDataset"))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>A type in the signatures of a definition's generated members.</summary>
    public static TypeReference Reference(INamedTypeSymbol type, INamedTypeSymbol definition)
        => new(FullyQualified(type), Short(type), AccessRules.Widest(type, definition));

    private static string Escaped(IEnumerable<SymbolDisplayPart> parts)
        => string.Concat(parts.Select(static part => part.Kind is SymbolDisplayPartKind.Keyword or SymbolDisplayPartKind.Punctuation
            or SymbolDisplayPartKind.Space ? part.ToString() : Escaped(part.ToString().TrimStart('@'))));
}
