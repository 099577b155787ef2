using System;
using System.Collections.Generic;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace TrainDsl.Generator.Parsing;

/// <summary>
/// The defining declaration of a partial method that a user implements. A signature that is wrong is declared as it is written, so that the compiler
/// has nothing to add to the diagnostic.
/// </summary>
internal static class PartialDeclaration
{
    /// <summary>The declaration, or null where it could not be repeated in another file.</summary>
    /// <param name="method">The implementation.</param>
    /// <param name="syntax">Its syntax.</param>
    /// <param name="typeName">Names the type of a parameter that is yet to be generated; null for any other.</param>
    public static string? Of(IMethodSymbol method, MethodDeclarationSyntax syntax, Func<IParameterSymbol, string?> typeName)
    {
        if (method.IsGenericMethod || method.ReturnType.TypeKind == TypeKind.Error || method.Parameters.Any(parameter =>
            !SyntaxFacts.IsValidIdentifier(parameter.Name) || (parameter.Type.TypeKind == TypeKind.Error && typeName(parameter) is null)))
        {
            return null;
        }

        IEnumerable<string> modifiers = syntax.Modifiers
            .Where(static modifier => !modifier.IsKind(SyntaxKind.AsyncKeyword))
            .Select(static modifier => modifier.Text);
        IEnumerable<string> parameters = method.Parameters.Select(parameter => Scoped(parameter) + RefKindText(parameter.RefKind)
            + (typeName(parameter) ?? SymbolNames.FullyQualified(parameter.Type)) + " " + SymbolNames.Escaped(parameter.Name));
        return $"{string.Join(" ", modifiers)} {SymbolNames.FullyQualified(method.ReturnType)} {SymbolNames.Escaped(method.Name)}"
            + $"({string.Join(", ", parameters)});";
    }

    /// <summary>The modifier <c>scoped</c> if the parameter is written with it: both parts of a method have it or none.</summary>
    public static string Scoped(IParameterSymbol parameter)
        => parameter.DeclaringSyntaxReferences.Any(static part => part.GetSyntax() is ParameterSyntax syntax && syntax.Modifiers.Any(SyntaxKind.ScopedKeyword))
            ? "scoped " : "";

    private static string RefKindText(RefKind kind) => kind switch
    {
        RefKind.In => "in ",
        RefKind.Ref => "ref ",
        RefKind.Out => "out ",
        RefKind.RefReadOnlyParameter => "ref readonly ",
        _ => "",
    };
}
