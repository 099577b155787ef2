using System;
using System.Collections.Generic;
using System.Threading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using TrainDsl.Generator.Parsing;

namespace TrainDsl.Generator.Analyzers;

/// <summary>Finds batch norms that a model constructs, in its own source and in that of the modules it constructs.</summary>
internal sealed class BatchNormSearch(Compilation compilation, CancellationToken cancellation)
{
    private readonly HashSet<INamedTypeSymbol> _seen = new(SymbolEqualityComparer.Default);

    /// <summary>The names of the batch norms, for instance <c>BatchNorm2d</c>, in the order of the source.</summary>
    public IEnumerable<string> In(INamedTypeSymbol module)
    {
        for (INamedTypeSymbol? type = module; type is not null && _seen.Add(type.OriginalDefinition); type = type.BaseType)
        {
            foreach (SyntaxReference reference in type.DeclaringSyntaxReferences)
            {
                // In an editor, a module of another project has source here too, which this compilation knows nothing of.
                if (!compilation.ContainsSyntaxTree(reference.SyntaxTree))
                {
                    continue;
                }

                foreach (string name in VisitDeclaration(reference.GetSyntax(cancellation)))
                {
                    yield return name;
                }
            }
        }
    }

    private IEnumerable<string> VisitDeclaration(SyntaxNode declaration)
    {
        // What nested types construct counts where the module constructs those.
        IEnumerable<SyntaxNode> nodes = declaration.DescendantNodes(node => node == declaration || node is not BaseTypeDeclarationSyntax);
        SemanticModel? semantics = null;
        foreach (SyntaxNode node in nodes)
        {
            if (node is BaseObjectCreationExpressionSyntax)
            {
                semantics ??= compilation.GetSemanticModel(declaration.SyntaxTree);
                if (semantics.GetTypeInfo(node, cancellation).Type is INamedTypeSymbol type && SymbolNames.IsModule(type))
                {
                    foreach (string name in In(type))
                    {
                        yield return name;
                    }
                }
            }
            else if (node is InvocationExpressionSyntax invocation && CalledName(invocation) is { } name
                && name.StartsWith("BatchNorm", StringComparison.Ordinal))
            {
                semantics ??= compilation.GetSemanticModel(declaration.SyntaxTree);
                if (semantics.GetSymbolInfo(invocation, cancellation).Symbol is IMethodSymbol { ContainingType: { } container }
                    && SymbolNames.Is(container, "TorchSharp", "torch", "nn"))
                {
                    yield return name;
                }
            }
        }
    }

    private static string? CalledName(InvocationExpressionSyntax invocation) => invocation.Expression switch
    {
        SimpleNameSyntax name => name.Identifier.ValueText,
        MemberAccessExpressionSyntax member => member.Name.Identifier.ValueText,
        _ => null,
    };
}
