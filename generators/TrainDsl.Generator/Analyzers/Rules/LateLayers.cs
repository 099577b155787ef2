using System.Collections.Generic;
using System.Linq;
using System.Threading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using TrainDsl.Generator.Analyzers.Reading;

namespace TrainDsl.Generator.Analyzers.Rules;

/// <summary>Layers that are made after <c>RegisterComponents</c> has looked for them: it looks once.</summary>
internal static class LateLayers
{
    /// <summary>The fields that hold such layers, with what makes them too late in words.</summary>
    public static IEnumerable<(SyntaxToken Field, string Name, string Reason)> Find(ModuleSource source, Compilation compilation, CancellationToken cancellation)
    {
        if (source.RegistersItself)
        {
            yield break;
        }

        bool byBase = BaseRegisters(source.Type, compilation, cancellation);
        bool registers = source.RegistersComponents || byBase;
        foreach ((IFieldSymbol field, string name, SyntaxNode declaration, SyntaxToken identifier) in source.Fields())
        {
            if (!field.IsStatic && registers && source.Uses(field, name).Any(use => IsAddedToLate(field.Type, use, byBase)))
            {
                yield return (identifier, name, "RegisterComponents is called before a layer is added to it");
                continue;
            }

            if (field.IsStatic || !ModuleSource.IsTrained(field.Type) || ModuleSource.Initializer(declaration) is not null)
            {
                continue;
            }

            AssignmentExpressionSyntax[] made = [.. source.Uses(field, name).Select(static use => use.Parent).OfType<AssignmentExpressionSyntax>()
                .Where(assignment => assignment.Right is { } right && assignment.Left.Span != right.Span && source.Makes(right)
                    && !(assignment.Right.DescendantNodesAndSelf().OfType<SimpleNameSyntax>().Any(use => use.Identifier.ValueText == name)))];
            int assigned = source.Uses(field, name).Count(static use => use.Parent is AssignmentExpressionSyntax assignment && assignment.Left == use);
            if (registers && made.Length > 0 && made.Length == assigned && made.All(assignment => Reason(assignment, byBase) is not null))
            {
                yield return (identifier, name, Reason(made[0], byBase)!);
            }
        }
    }

    /// <summary>Whether a base class that has source here registers in its constructor.</summary>
    private static bool BaseRegisters(INamedTypeSymbol type, Compilation compilation, CancellationToken cancellation)
    {
        for (INamedTypeSymbol? current = type.BaseType; current is not null; current = current.BaseType)
        {
            if (current.DeclaringSyntaxReferences.Any(reference => compilation.ContainsSyntaxTree(reference.SyntaxTree) && reference.GetSyntax(cancellation)
                .DescendantNodes().OfType<ConstructorDeclarationSyntax>().Any(static constructor => Call(constructor) is not null)))
            {
                return true;
            }
        }

        return false;
    }

    // A list or dictionary of modules registers what it holds when it is registered itself, and nothing later. (Sequential does.)
    private static bool IsAddedToLate(ITypeSymbol type, ExpressionSyntax use, bool byBase)
        => type is { Name: "ModuleList" or "ModuleDict", ContainingNamespace: { Name: "Modules", ContainingNamespace.Name: "TorchSharp" } }
            && use.Parent is MemberAccessExpressionSyntax
            {
                Name.Identifier.ValueText: "Add" or "append" or "Insert" or "insert" or "extend", Parent: InvocationExpressionSyntax
            } added && added.Expression == use
            && !added.Ancestors().Any(static node => node is AnonymousFunctionExpressionSyntax or LocalFunctionStatementSyntax)
            && added.FirstAncestorOrSelf<MemberDeclarationSyntax>() is ConstructorDeclarationSyntax constructor
            && (byBase || (Call(constructor) is { } call && call.SpanStart < added.SpanStart));

    private static string? Reason(AssignmentExpressionSyntax assignment, bool byBase)
    {
        MemberDeclarationSyntax? member = assignment.FirstAncestorOrSelf<MemberDeclarationSyntax>();
        if (member is ConstructorDeclarationSyntax constructor)
        {
            return byBase ? "its base class calls RegisterComponents before"
                : constructor.Initializer is { ThisOrBaseKeyword.ValueText: "this" }
                    ? constructor.Parent is TypeDeclarationSyntax { Members: { } members } && members.OfType<ConstructorDeclarationSyntax>()
                        .Where(other => other != constructor).All(static other => Call(other) is not null)
                        ? "the constructor that is called first calls RegisterComponents"
                        : null
                : Call(constructor) is { } call && call.SpanStart < assignment.SpanStart
                    && assignment.Parent is ExpressionStatementSyntax { Parent: BlockSyntax } ? "RegisterComponents is called before"
                : null;
        }

        // A method may be called by the constructor; forward and a getter are not.
        return member is MethodDeclarationSyntax { Identifier.ValueText: "forward" } || member is PropertyDeclarationSyntax ? "it is made when it is first used" : null;
    }

    // The unconditional call in a constructor.
    private static InvocationExpressionSyntax? Call(ConstructorDeclarationSyntax constructor)
        => constructor.DescendantNodes().OfType<InvocationExpressionSyntax>().FirstOrDefault(call
            => call.Expression is IdentifierNameSyntax { Identifier.ValueText: "RegisterComponents" }
                or MemberAccessExpressionSyntax { Expression: ThisExpressionSyntax, Name.Identifier.ValueText: "RegisterComponents" }
            && (call.Parent is ArrowExpressionClauseSyntax || call.Parent?.Parent == constructor.Body));
}
