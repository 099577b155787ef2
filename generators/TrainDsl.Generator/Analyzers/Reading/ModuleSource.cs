using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using TrainDsl.Generator.Parsing;

namespace TrainDsl.Generator.Analyzers.Reading;

/// <summary>The source of one module class: what its fields are given, and whether it registers parts by itself.</summary>
internal sealed class ModuleSource
{
    // A class that does any of this decides itself what is registered: nothing is certain then.
    private static readonly HashSet<string> Registering = new(StringComparer.Ordinal)
    {
        "register_module", "add_module", "register_parameter", "register_buffer", "named_parameters", "parameters", "named_children",
        "_internal_submodules", "_internal_params",
    };

    private readonly Compilation _compilation;
    private readonly CancellationToken _cancellation;

    public ModuleSource(INamedTypeSymbol type, Compilation compilation, CancellationToken cancellation)
    {
        Type = type;
        _compilation = compilation;
        _cancellation = cancellation;
        Declarations = [.. type.DeclaringSyntaxReferences.Where(reference => compilation.ContainsSyntaxTree(reference.SyntaxTree))
            .Select(reference => reference.GetSyntax(cancellation)).OfType<TypeDeclarationSyntax>()];
        Names = [.. Nodes.OfType<SimpleNameSyntax>()];
    }

    public INamedTypeSymbol Type { get; }

    public TypeDeclarationSyntax[] Declarations { get; }

    /// <summary>Whether the class registers parts one by one, or may.</summary>
    public bool RegistersItself => Names.Any(static name => Registering.Contains(name.Identifier.ValueText));

    /// <summary>Whether the class calls <c>RegisterComponents</c>.</summary>
    public bool RegistersComponents => Names.Any(static name => name.Identifier.ValueText == "RegisterComponents");

    /// <summary>Whether a module's source may give its weights another element type.</summary>
    public static bool MayConvert(INamedTypeSymbol module, Compilation compilation, CancellationToken cancellation)
        => new ModuleSource(module, compilation, cancellation) is var source && (source.Declarations.Length == 0
            || source.Names.Any(static name => name.Identifier.ValueText is "to" or "half" or "@double" or "double" or "_to" or "set_default_dtype"
                or "default_dtype"));

    private SimpleNameSyntax[] Names { get; }

    private IEnumerable<SyntaxNode> Nodes => Declarations.SelectMany(static declaration
        => declaration.DescendantNodes(node => node == declaration || node is not BaseTypeDeclarationSyntax));

    /// <summary>The fields of the class, those behind properties included, with their declarations.</summary>
    public IEnumerable<(IFieldSymbol Field, string Name, SyntaxNode Declaration, SyntaxToken Identifier)> Fields()
    {
        foreach (IFieldSymbol field in Type.GetMembers().OfType<IFieldSymbol>())
        {
            ISymbol declared = field.AssociatedSymbol ?? field;
            switch (declared.DeclaringSyntaxReferences.FirstOrDefault()?.GetSyntax(_cancellation))
            {
                case VariableDeclaratorSyntax declarator when _compilation.ContainsSyntaxTree(declarator.SyntaxTree):
                    yield return (field, declared.Name, declarator, declarator.Identifier);
                    break;
                case PropertyDeclarationSyntax property when _compilation.ContainsSyntaxTree(property.SyntaxTree):
                    yield return (field, declared.Name, property, property.Identifier);
                    break;
            }
        }
    }

    /// <summary>What a field is initialised with where it is declared, or null.</summary>
    public static ExpressionSyntax? Initializer(SyntaxNode declaration) => declaration switch
    {
        VariableDeclaratorSyntax { Initializer.Value: { } value } => value,
        PropertyDeclarationSyntax { Initializer.Value: { } value } => value,
        _ => null,
    };

    /// <summary>The uses of a field in the class.</summary>
    public IEnumerable<ExpressionSyntax> Uses(IFieldSymbol field, string name)
        => Names.OfType<IdentifierNameSyntax>().Where(use => use.Identifier.ValueText == name && Refers(use, field))
            .Select(static use => use.Parent is MemberAccessExpressionSyntax { Expression: ThisExpressionSyntax or IdentifierNameSyntax } access && access.Name == use
                ? (ExpressionSyntax)access
                : use);

    /// <summary>Whether an expression makes a module or a parameter, itself or by a method of the class.</summary>
    public bool Makes(SyntaxNode expression) => Makes(expression, byMethod: true);

    private bool Makes(SyntaxNode expression, bool byMethod)
    {
        SemanticModel semantics = _compilation.GetSemanticModel(expression.SyntaxTree);
        return expression.DescendantNodesAndSelf().OfType<ExpressionSyntax>().Any(node => node switch
        {
            BaseObjectCreationExpressionSyntax => semantics.GetTypeInfo(node, _cancellation).Type is { } type && IsTrained(type),
            InvocationExpressionSyntax => semantics.GetSymbolInfo(node, _cancellation).Symbol is IMethodSymbol method
                && ((IsFactory(method) && IsTrained(method.ReturnType)) || (byMethod && MakesBy(method))),
            _ => false,
        });
    }

    // A method of the class that makes layers and has no field to take them from.
    private bool MakesBy(IMethodSymbol method) => method.IsStatic && SymbolEqualityComparer.Default.Equals(method.ContainingType, Type)
        && method.DeclaringSyntaxReferences.FirstOrDefault()?.GetSyntax(_cancellation) is MethodDeclarationSyntax syntax
        && _compilation.ContainsSyntaxTree(syntax.SyntaxTree) && Makes(syntax, byMethod: false);

    /// <summary>The semantics of a node of the class.</summary>
    public SemanticModel Semantics(SyntaxNode node) => _compilation.GetSemanticModel(node.SyntaxTree);

    /// <summary>Whether a type is that of a module or of a parameter.</summary>
    public static bool IsTrained(ITypeSymbol type)
        => SymbolNames.IsModule(type) || SymbolNames.Is(type, "TorchSharp", "Modules", "Parameter") || IsParameter(type)
            || (type is { TypeKind: TypeKind.Interface, Name: "IModule", ContainingType.Name: "nn" });

    private static bool IsParameter(ITypeSymbol type) => type is { Name: "Parameter", ContainingNamespace: { Name: "Modules", ContainingNamespace.Name: "TorchSharp" } };

    private static bool IsFactory(ISymbol? symbol) => symbol is IMethodSymbol { IsStatic: true } method && SymbolNames.Is(method.ContainingType, "TorchSharp", "torch", "nn");

    private bool Refers(IdentifierNameSyntax use, IFieldSymbol field)
    {
        ISymbol? symbol = _compilation.GetSemanticModel(use.SyntaxTree).GetSymbolInfo(use, _cancellation).Symbol;
        return SymbolEqualityComparer.Default.Equals(symbol, field) || (symbol is not null && SymbolEqualityComparer.Default.Equals(symbol, field.AssociatedSymbol));
    }
}
