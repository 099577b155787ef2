using System.Collections.Generic;
using System.Linq;
using Microsoft.CodeAnalysis;

namespace TrainDsl.Generator.Parsing;

/// <summary>How accessible generated members may be: no more than the types in their signatures, as the language requires.</summary>
internal static class AccessRules
{
    private const string Public = "public";
    private const string Internal = "internal";
    private const string Private = "private";

    /// <summary>The widest of public, internal and private that a member of the definition may have where the type is in its signature.</summary>
    public static string Widest(INamedTypeSymbol type, INamedTypeSymbol definition)
        => IsAsAccessible(type, null, definition) ? Public
            : IsAsAccessible(type, Accessibility.Internal, definition) ? Internal
            : Private;

    /// <summary>Whether a member that is private to the definition, and could not be more, is of a type that is not a part of the definition.</summary>
    public static bool IsOutOfReachOfUsers(INamedTypeSymbol type, INamedTypeSymbol definition)
        => Widest(type, definition) == Private && !Types(type).Any(level => Levels(level.ContainingType).Contains(definition, SymbolEqualityComparer.Default));

    /// <summary>The type that keeps a type within its file: itself, one around it or a type argument; null where there is none.</summary>
    public static INamedTypeSymbol? FileLocalPart(INamedTypeSymbol type) => Types(type).FirstOrDefault(static level => level.IsFileLocal);

    // A member's restrictions are its own and those of the types around it; a type's are met where one of them is as narrow.
    private static bool IsAsAccessible(INamedTypeSymbol type, Accessibility? member, INamedTypeSymbol definition)
    {
        var restrictions = new List<(Accessibility Access, INamedTypeSymbol? Container)>();
        if (member is { } access)
        {
            restrictions.Add((access, definition));
        }

        restrictions.AddRange(Levels(definition).Select(static level => (level.DeclaredAccessibility, (INamedTypeSymbol?)level.ContainingType)));
        return Types(type).All(level => level.DeclaredAccessibility == Accessibility.Public
            || restrictions.Any(restriction => IsAsNarrow(level, restriction.Access, restriction.Container, definition)));
    }

    private static bool IsAsNarrow(INamedTypeSymbol type, Accessibility access, INamedTypeSymbol? container, INamedTypeSymbol definition)
    {
        bool staysInAssembly = access is Accessibility.Private or Accessibility.Internal or Accessibility.ProtectedAndInternal
            && (SymbolEqualityComparer.Default.Equals(type.ContainingAssembly, definition.ContainingAssembly)
                || type.ContainingAssembly.GivesAccessTo(definition.ContainingAssembly));
        bool staysInHeirs = access == Accessibility.Private
            ? Levels(container).Any(level => Inherits(level, type.ContainingType))
            : access is Accessibility.Protected or Accessibility.ProtectedAndInternal && Inherits(container, type.ContainingType);
        return type.DeclaredAccessibility switch
        {
            Accessibility.Internal => staysInAssembly,
            Accessibility.ProtectedOrInternal => staysInAssembly || staysInHeirs,
            Accessibility.Protected => staysInHeirs,
            Accessibility.ProtectedAndInternal => staysInAssembly && staysInHeirs,
            _ => access == Accessibility.Private && Levels(container).Contains(type.ContainingType, SymbolEqualityComparer.Default),
        };
    }

    /// <inheritdoc cref="Types"/>
    public static IEnumerable<INamedTypeSymbol> Parts(INamedTypeSymbol type) => Types(type);

    /// <summary>A type, the types around it, and the same of its type arguments.</summary>
    private static IEnumerable<INamedTypeSymbol> Types(ITypeSymbol type)
    {
        if (type is IArrayTypeSymbol array)
        {
            return Types(array.ElementType);
        }

        return Levels(type as INamedTypeSymbol).SelectMany(static level => level.TypeArguments.SelectMany(Types).Prepend(level));
    }

    private static IEnumerable<INamedTypeSymbol> Levels(INamedTypeSymbol? type)
    {
        for (INamedTypeSymbol? level = type; level is not null; level = level.ContainingType)
        {
            yield return level;
        }
    }

    private static bool Inherits(INamedTypeSymbol? type, INamedTypeSymbol? ancestor)
    {
        for (INamedTypeSymbol? level = type; level is not null; level = level.BaseType)
        {
            if (SymbolEqualityComparer.Default.Equals(level.OriginalDefinition, ancestor?.OriginalDefinition))
            {
                return true;
            }
        }

        return false;
    }
}
