using System;
using System.Collections.Generic;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace TrainDsl.Generator.Parsing;

/// <summary>
/// The ids of warnings that the use of a symbol brings: those of <c>[Experimental]</c>, and of <c>[Obsolete]</c> with an id of its own. A pragma in the
/// user's file does not reach the generated one.
/// </summary>
internal static class UsageWarnings
{
    public static IEnumerable<string> Of(IEnumerable<ISymbol?> used)
        => used.OfType<ISymbol>()
            .SelectMany(static symbol => symbol is INamedTypeSymbol type
                ? AccessRules.Parts(type).SelectMany(static part => part.InstanceConstructors.Cast<ISymbol>().Append(part))
                : [symbol])
            .SelectMany(static symbol => new[] { symbol, symbol.ContainingModule, symbol.ContainingAssembly }.OfType<ISymbol>())
            .SelectMany(static symbol => symbol.GetAttributes())
            .Select(Id)
            .OfType<string>()
            .Where(static id => SyntaxFacts.IsValidIdentifier(id))
            .Distinct()
            .OrderBy(static id => id, StringComparer.Ordinal);

    private static string? Id(AttributeData attribute) => attribute.AttributeClass?.Name switch
    {
        "ExperimentalAttribute" => attribute.ConstructorArguments.FirstOrDefault() is { Kind: TypedConstantKind.Primitive, Value: string id } ? id : null,
        "ObsoleteAttribute" => attribute.NamedArguments.FirstOrDefault(static named => named.Key == "DiagnosticId").Value is
            { Kind: TypedConstantKind.Primitive, Value: string id } ? id : null,
        _ => null,
    };
}
