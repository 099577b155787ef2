using System;
using System.Collections.Generic;
using System.Linq;
using Microsoft.CodeAnalysis;
using TrainDsl.Generator.Parsing;

namespace TrainDsl.CodeFixes;

/// <summary>Types of the project itself, to choose from.</summary>
internal static class ProjectTypes
{
    /// <summary>The names, as they are written at a mistake, of the types that fit, in alphabetical order.</summary>
    public static IEnumerable<string> Named(FixSite site, Func<INamedTypeSymbol, bool> fits)
        => Types(site.Model.Compilation.Assembly.GlobalNamespace)
            .Where(type => !type.IsGenericType && fits(type) && site.Model.IsAccessible(site.Type.SpanStart, type))
            .Select(type => type.ToMinimalDisplayString(site.Model, site.Type.SpanStart))
            .OrderBy(static text => text, StringComparer.Ordinal);

    /// <summary>Whether a type is a TorchSharp module that can be constructed without arguments.</summary>
    public static bool IsUsableModel(INamedTypeSymbol type)
        => SymbolNames.IsModule(type) && !type.IsAbstract && type.InstanceConstructors
            .Any(static constructor => constructor.Parameters.All(static parameter => parameter.IsOptional));

    private static IEnumerable<INamedTypeSymbol> Types(INamespaceOrTypeSymbol container)
        => container.GetMembers().OfType<INamespaceOrTypeSymbol>()
            .SelectMany(static member => member is INamedTypeSymbol type ? Types(type).Prepend(type) : Types(member));
}
