using System.Linq;
using System.Threading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using TrainDsl.Generator.Diagnostics;

namespace TrainDsl.Generator.Parsing;

/// <summary>A user's own constructors go through the generated one, which takes the dataset.</summary>
internal static class ConstructorRules
{
    /// <summary>Reports constructors that bypass the generated one. Whether one of them leaves no place for generated ones.</summary>
    public static bool LeavesNoPlace(INamedTypeSymbol definition, INamedTypeSymbol? model, INamedTypeSymbol? dataset, DiagnosticBag diagnostics, CancellationToken cancellation)
    {
        bool leavesNoPlace = false;
        foreach (IMethodSymbol constructor in definition.InstanceConstructors.Where(static constructor => !constructor.IsImplicitlyDeclared))
        {
            SyntaxNode? syntax = constructor.DeclaringSyntaxReferences.FirstOrDefault()?.GetSyntax(cancellation);
            string? bypass = syntax switch
            {
                TypeDeclarationSyntax => "a primary constructor",
                ConstructorDeclarationSyntax declaration
                    when declaration.Initializer is null || !declaration.Initializer.IsKind(SyntaxKind.ThisConstructorInitializer) => "a constructor",
                _ => null,
            };
            if (bypass is not null)
            {
                diagnostics.Report(
                    DiagnosticDescriptors.ConstructorBypassesGenerated, constructor.Locations.FirstOrDefault(), definition.Name, bypass);
            }

            bool collides = bypass is null && HasGeneratedSignature(constructor, model, dataset);
            if (collides)
            {
                diagnostics.Report(DiagnosticDescriptors.ConstructorIsGenerated, constructor.Locations.FirstOrDefault(), definition.Name);
            }

            // A generated constructor cannot go beside a primary one, and may have the signature of another that takes the dataset.
            leavesNoPlace |= syntax is TypeDeclarationSyntax || (bypass is not null && constructor.Parameters.Length is 1 or 2);
        }

        return leavesNoPlace;
    }

    /// <summary>Whether a constructor has the parameters of a generated one.</summary>
    public static bool HasGeneratedSignature(IMethodSymbol constructor, INamedTypeSymbol? model, INamedTypeSymbol? dataset)
        => constructor.Parameters.Length is 1 or 2 && constructor.Parameters.All(static parameter => parameter.RefKind == RefKind.None)
            && SymbolEqualityComparer.Default.Equals(constructor.Parameters[0].Type, dataset)
            && (constructor.Parameters.Length == 1 || SymbolEqualityComparer.Default.Equals(constructor.Parameters[1].Type, model));
}
