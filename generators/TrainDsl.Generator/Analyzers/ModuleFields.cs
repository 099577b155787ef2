using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;

namespace TrainDsl.Generator.Analyzers;

/// <summary>Finds out what the fields and auto-properties of a module hold, if that is certain: a private field, or a layer in a read-only one, that is written once, and only ever called.</summary>
internal sealed class ModuleFields
{
    // What may be done with a module without changing what it computes.
    private static readonly HashSet<string> Harmless = new(StringComparer.Ordinal)
    {
        "call", "forward", "Dispose", "parameters", "named_parameters", "train", "eval", "to",
    };

    private readonly Compilation _compilation;
    private readonly CancellationToken _cancellation;
    private readonly INamedTypeSymbol _module;
    private readonly SyntaxNode[] _declarations;

    public ModuleFields(INamedTypeSymbol module, Compilation compilation, CancellationToken cancellation)
    {
        _module = module;
        _compilation = compilation;
        _cancellation = cancellation;
        _declarations = [.. module.DeclaringSyntaxReferences.Where(reference => compilation.ContainsSyntaxTree(reference.SyntaxTree))
            .Select(reference => reference.GetSyntax(cancellation))];
    }

    /// <summary>Whether the module's own source may change what its parts are given: by a hook.</summary>
    public bool MayHook => _declarations.SelectMany(static declaration => declaration.DescendantTokens())
        .Any(static token => token.IsKind(SyntaxKind.IdentifierToken) && token.ValueText.IndexOf("hook", StringComparison.OrdinalIgnoreCase) >= 0);

    /// <summary>The value of the field or auto-property of this module that an expression is; null where it is none, or the value is not certain.</summary>
    public IOperation? Value(IOperation? expression) => expression switch
    {
        IFieldReferenceOperation { Instance: IInstanceReferenceOperation } use => Value(use.Field),
        IPropertyReferenceOperation { Instance: IInstanceReferenceOperation } use => Value(use.Property),
        _ => null,
    };

    private IOperation? Value(ISymbol field)
    {
        if (!(field.DeclaredAccessibility == Accessibility.Private || IsFixedLayer(field)) || field.IsStatic || field.IsVirtual || field.IsOverride
            || !SymbolEqualityComparer.Default.Equals(field.ContainingType, _module))
        {
            return null;
        }

        SyntaxNode? declaration = field.DeclaringSyntaxReferences.FirstOrDefault()?.GetSyntax(_cancellation);
        if (field is IPropertySymbol && !IsAutomatic(declaration))
        {
            return null;
        }

        var values = new List<ExpressionSyntax>();
        if (declaration is VariableDeclaratorSyntax { Initializer.Value: { } initial })
        {
            values.Add(initial);
        }
        else if (declaration is PropertyDeclarationSyntax { Initializer.Value: { } first })
        {
            values.Add(first);
        }

        foreach (IdentifierNameSyntax name in _declarations.SelectMany(static declaration => declaration.DescendantNodes())
            .OfType<IdentifierNameSyntax>().Where(name => name.Identifier.ValueText == field.Name && Refers(name, field)))
        {
            ExpressionSyntax use = name.Parent is MemberAccessExpressionSyntax { Expression: ThisExpressionSyntax } access ? access : name;
            if (use.Parent is AssignmentExpressionSyntax assignment && assignment.IsKind(SyntaxKind.SimpleAssignmentExpression)
                && assignment.Left == use && IsWrittenInTheConstructor(assignment))
            {
                values.Add(assignment.Right);
            }
            else if (!IsHarmless(use))
            {
                return null;
            }
        }

        return values is [{ } value] && _compilation.ContainsSyntaxTree(value.SyntaxTree)
            ? _compilation.GetSemanticModel(value.SyntaxTree).GetOperation(value, _cancellation)
            : null;
    }

    // One layer that nobody can exchange. What holds layers, others could add to.
    private static bool IsFixedLayer(ISymbol holder) => holder switch
    {
        IFieldSymbol { IsReadOnly: true } field => IsLayer(field.Type),
        IPropertySymbol { SetMethod: null or { DeclaredAccessibility: Accessibility.Private } } property => IsLayer(property.Type),
        _ => false,
    };

    private static bool IsLayer(ITypeSymbol type) => type is INamedTypeSymbol
    {
        IsGenericType: false, Name: not "Sequential", ContainingNamespace: { Name: "Modules", ContainingNamespace.Name: "TorchSharp" },
    };

    private static bool IsAutomatic(SyntaxNode? declaration) => declaration is PropertyDeclarationSyntax { AccessorList.Accessors: { } accessors }
        && accessors.All(static accessor => accessor is { Body: null, ExpressionBody: null });

    private bool Refers(IdentifierNameSyntax name, ISymbol field)
        => SymbolEqualityComparer.Default.Equals(
            _compilation.GetSemanticModel(name.SyntaxTree).GetSymbolInfo(name, _cancellation).Symbol, field);

    // By the one constructor there is, whatever its arguments are.
    private bool IsWrittenInTheConstructor(AssignmentExpressionSyntax assignment)
    {
        SyntaxNode? owner = assignment.Parent switch
        {
            ArrowExpressionClauseSyntax arrow => arrow.Parent,
            ExpressionStatementSyntax { Parent: BlockSyntax block } => block.Parent,
            _ => null,
        };
        return owner is ConstructorDeclarationSyntax && _module.InstanceConstructors.Length == 1;
    }

    private static bool IsHarmless(ExpressionSyntax use) => use.Parent switch
    {
        MemberAccessExpressionSyntax member => member.Expression == use && Harmless.Contains(member.Name.Identifier.ValueText)
            && member.Parent is InvocationExpressionSyntax,
        ArgumentSyntax { Parent.Parent: InvocationExpressionSyntax { Expression: SimpleNameSyntax called } }
            => called.Identifier.ValueText is "register_module" or "nameof",
        _ => false,
    };
}
