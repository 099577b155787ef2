using System.Collections.Generic;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using TrainDsl.Generator.Analyzers.Reading;

namespace TrainDsl.Generator.Analyzers.Rules;

/// <summary>Layers where <c>RegisterComponents</c> does not look: in collections, tuples, delegates and static fields.</summary>
internal static class HiddenLayers
{
    /// <summary>The fields that hold such layers, with what holds them in words.</summary>
    public static IEnumerable<(SyntaxToken Field, string Name, string Holder)> Find(ModuleSource source)
    {
        if (source.RegistersItself)
        {
            yield break;
        }

        foreach ((IFieldSymbol field, string name, SyntaxNode declaration, SyntaxToken identifier) in source.Fields())
        {
            string? holder = field.IsStatic && ModuleSource.IsTrained(field.Type) ? "a static field" : Holder(field.Type);
            if (holder is not null && Makes(source, field, name, declaration) && !source.Uses(field, name).Any(IsPassedOn))
            {
                yield return (identifier, name, holder);
            }
        }
    }

    private static string? Holder(ITypeSymbol type) => type switch
    {
        IArrayTypeSymbol { ElementType: { } element } => ModuleSource.IsTrained(element) || Holder(element) is not null ? "an array" : null,
        INamedTypeSymbol named when ModuleSource.IsTrained(named) => null,
        INamedTypeSymbol { IsTupleType: true } tuple => tuple.TupleElements.Any(static element => ModuleSource.IsTrained(element.Type)) ? "a tuple" : null,
        // What a delegate is given is not its own.
        INamedTypeSymbol { TypeKind: TypeKind.Delegate } made => made.DelegateInvokeMethod is { ReturnType: { } result } && ModuleSource.IsTrained(result)
            ? "a delegate" : null,
        INamedTypeSymbol { IsGenericType: true, ContainingNamespace: { } space } named
            when space.ToDisplayString().StartsWith("System", System.StringComparison.Ordinal)
                && named.TypeArguments.Any(static argument => ModuleSource.IsTrained(argument) || Holder(argument) is not null) => $"'{named.Name}'",
        _ => null,
    };

    // The field's layers are seen to be made: a collection of layers that have fields of their own is no mistake.
    private static bool Makes(ModuleSource source, IFieldSymbol field, string name, SyntaxNode declaration)
        => (ModuleSource.Initializer(declaration) is { } initial && source.Makes(initial))
            || source.Uses(field, name).Any(use => Given(use).Any(given => source.Makes(given) || IsMadeLocally(source, given)));

    private static IEnumerable<ExpressionSyntax> Given(ExpressionSyntax use) => use.Parent switch
    {
        AssignmentExpressionSyntax assignment when assignment.Left == use => [assignment.Right],
        ElementAccessExpressionSyntax { Parent: AssignmentExpressionSyntax element } access when element.Left == access => [element.Right],
        MemberAccessExpressionSyntax { Name.Identifier.ValueText: "Add" or "AddRange" or "Insert" or "Push" or "Enqueue" or "AddLast" or "AddFirst" or "TryAdd",
            Parent: InvocationExpressionSyntax call } => call.ArgumentList.Arguments.Select(static argument => argument.Expression),
        _ => [],
    };

    // A local that is made, and used for nothing else.
    private static bool IsMadeLocally(ModuleSource source, ExpressionSyntax given)
    {
        if (given is not IdentifierNameSyntax name || source.Semantics(given).GetSymbolInfo(given).Symbol is not ILocalSymbol local
            || local.DeclaringSyntaxReferences.FirstOrDefault()?.GetSyntax() is not VariableDeclaratorSyntax { Initializer.Value: { } value } declarator
            || declarator.FirstAncestorOrSelf<MemberDeclarationSyntax>() is not { } member)
        {
            return false;
        }

        return source.Makes(value) && member.DescendantNodes().OfType<IdentifierNameSyntax>().Count(use => use.Identifier.ValueText == name.Identifier.ValueText) == 1;
    }

    // Given to something else as a whole, which may register what it holds.
    private static bool IsPassedOn(ExpressionSyntax use)
    {
        SyntaxNode node = use;
        while (node.Parent is MemberAccessExpressionSyntax or InvocationExpressionSyntax or ConditionalAccessExpressionSyntax or SpreadElementSyntax
            or CollectionExpressionSyntax or CastExpressionSyntax or ParenthesizedExpressionSyntax)
        {
            if (node.Parent is MemberAccessExpressionSyntax { Name.Identifier.ValueText: "call" or "forward" or "Count" or "Length" or "Dispose" or "Add" or "Value" })
            {
                return false;
            }

            node = node.Parent;
        }

        return node.Parent is ArgumentSyntax { Parent.Parent: InvocationExpressionSyntax or BaseObjectCreationExpressionSyntax }
            || (node.Parent is EqualsValueClauseSyntax or ReturnStatementSyntax or ArrowExpressionClauseSyntax && node == use)
            || (node.Parent is AssignmentExpressionSyntax assignment && assignment.Right == node && node == use);
    }
}
