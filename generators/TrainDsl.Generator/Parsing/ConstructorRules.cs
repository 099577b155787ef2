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
    public static bool LeavesNoPlace(INamedTypeSymbol definition, DiagnosticBag diagnostics, CancellationToken cancellation)
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

            // A generated constructor cannot go beside a primary one, and may have the signature of another that takes the dataset.
            leavesNoPlace |= syntax is TypeDeclarationSyntax || (bypass is not null && constructor.Parameters.Length is 1 or 2);
        }

        return leavesNoPlace;
    }
}
