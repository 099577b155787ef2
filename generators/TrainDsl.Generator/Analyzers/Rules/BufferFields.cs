using System.Collections.Generic;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using TrainDsl.Generator.Analyzers.Reading;
using TrainDsl.Generator.Parsing;

namespace TrainDsl.Generator.Analyzers.Rules;

/// <summary>Tensors that ask for a gradient, but are registered as buffers because they are no <c>Parameter</c>.</summary>
internal static class BufferFields
{
    public static IEnumerable<(SyntaxToken Field, string Name)> Find(ModuleSource source)
    {
        if (source.RegistersItself)
        {
            yield break;
        }

        foreach ((IFieldSymbol field, string name, SyntaxNode declaration, SyntaxToken identifier) in source.Fields())
        {
            if (!field.IsStatic && SymbolNames.IsTensor(field.Type)
                && (AsksForGradient(ModuleSource.Initializer(declaration)) || source.Uses(field, name).Any(static use
                    => use.Parent is AssignmentExpressionSyntax { Parent: ExpressionStatementSyntax or ArrowExpressionClauseSyntax } assignment
                    && assignment.Left == use && use.FirstAncestorOrSelf<MemberDeclarationSyntax>() is ConstructorDeclarationSyntax
                    && AsksForGradient(assignment.Right))))
            {
                yield return (identifier, name);
            }
        }
    }

    private static bool AsksForGradient(ExpressionSyntax? value) => value is InvocationExpressionSyntax call
        && (call.ArgumentList.Arguments.Any(static argument => argument.NameColon?.Name.Identifier.ValueText == "requires_grad"
                && argument.Expression.IsKind(SyntaxKind.TrueLiteralExpression))
            || call.Expression is MemberAccessExpressionSyntax { Name.Identifier.ValueText: "requires_grad_" or "with_requires_grad" }
                && call.ArgumentList.Arguments.All(static argument => argument.Expression.IsKind(SyntaxKind.TrueLiteralExpression)));
}
