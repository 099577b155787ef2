using System.Collections.Generic;
using System.Linq;
using System.Threading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;
using TrainDsl.Generator.Parsing;

namespace TrainDsl.Generator.Analyzers;

/// <summary>
/// Follows the input of a model through its <c>forward</c> to the first layer. It reads statement by statement, and stops at the first that it does not
/// know, or that may not be run: what it says is certain.
/// </summary>
internal sealed class ForwardReader
{
    private readonly Dictionary<ISymbol, ColumnShape> _shapes = new(SymbolEqualityComparer.Default);
    private readonly ModuleFields _fields;
    private LayerMismatch? _mismatch;

    private ForwardReader(ModuleFields fields, IParameterSymbol input, ColumnShape shape)
    {
        _fields = fields;
        _shapes[input] = shape;
    }

    /// <summary>The first layer of a model, where a column does not fit it.</summary>
    /// <param name="model">The model.</param>
    /// <param name="shape">The shape of its one input.</param>
    /// <param name="compilation">The compilation that the model's source is part of.</param>
    /// <param name="cancellation">Stops the work.</param>
    public static LayerMismatch? FirstLayer(INamedTypeSymbol model, ColumnShape shape, Compilation compilation, CancellationToken cancellation)
    {
        IMethodSymbol[] forwards = [.. model.GetMembers("forward").OfType<IMethodSymbol>().Where(static method => method.IsOverride)];
        if (forwards is not [{ Parameters: [{ } input] } forward]
            || forward.DeclaringSyntaxReferences.FirstOrDefault()?.GetSyntax(cancellation) is not MethodDeclarationSyntax syntax
            || !compilation.ContainsSyntaxTree(syntax.SyntaxTree))
        {
            return null;
        }

        var fields = new ModuleFields(model, compilation, cancellation);
        if (fields.MayHook || compilation.GetSemanticModel(syntax.SyntaxTree).GetOperation(syntax, cancellation) is not IMethodBodyOperation body
            || (body.BlockBody ?? body.ExpressionBody) is not { } block
            || block.Descendants().Any(static operation => operation is IAnonymousFunctionOperation or ILocalFunctionOperation))
        {
            return null;
        }

        var reader = new ForwardReader(fields, input, shape);
        reader.Read(block);
        return reader._mismatch;
    }

    // Whether reading goes on after the statement.
    private bool Read(IOperation statement)
    {
        switch (statement)
        {
            case IBlockOperation block:
                return block.Operations.All(Read);
            case IUsingDeclarationOperation declaration:
                return Read(declaration.DeclarationGroup);
            case IUsingOperation use:
                return (use.Resources is IVariableDeclarationGroupOperation resources ? Read(resources) : !Concerns(use.Resources)) && Read(use.Body);
            case IVariableDeclarationGroupOperation group:
                return group.Declarations.SelectMany(static declaration => declaration.Declarators).All(declarator =>
                    declarator.GetVariableInitializer() is not { } initializer || Assign(declarator.Symbol, initializer.Value));
            case IExpressionStatementOperation { Operation: ISimpleAssignmentOperation assignment } when Variable(assignment.Target) is { } variable:
                return Assign(variable, assignment.Value);
            case IReturnOperation { ReturnedValue: { } value }:
                Shape(value);
                return false;
            default:
                return false;
        }
    }

    private bool Assign(ISymbol variable, IOperation value)
    {
        // What has nothing to do with the input, such as a dispose scope, leaves it as it is.
        if (!Concerns(value))
        {
            _shapes.Remove(variable);
            return true;
        }

        if (Shape(value) is not { } shape)
        {
            return false;
        }

        _shapes[variable] = shape;
        return true;
    }

    private bool Concerns(IOperation operation) => operation.DescendantsAndSelf().Any(part => part is IInstanceReferenceOperation
        || (Variable(part) is { } used && _shapes.ContainsKey(used)));

    private static ISymbol? Variable(IOperation operation) => operation switch
    {
        ILocalReferenceOperation local => local.Local,
        IParameterReferenceOperation parameter => parameter.Parameter,
        _ => null,
    };

    // The shape of an expression; null ends the reading.
    private ColumnShape? Shape(IOperation expression)
    {
        IOperation operation = LayerShapes.Unwrap(expression);
        if (Variable(operation) is { } variable)
        {
            return _shapes.TryGetValue(variable, out ColumnShape? shape) ? shape : null;
        }

        switch (operation)
        {
            case IInvocationOperation
            {
                TargetMethod.Name: "call" or "forward", Instance: { } layer
            } call when IsPart(layer) && IsOfTorchSharp(call.TargetMethod) && call.Arguments is [{ } argument]:
                return Shape(argument.Value) is { } given && _fields.Value(layer) is { } module
                    ? LayerShapes.Through(module, given, ref _mismatch)
                    : null;
            case IInvocationOperation invocation when LayerShapes.Operand(invocation, out _) is null:
                // Of what is not known, the arguments are still computed first.
                _ = invocation.Arguments.Select(static argument => argument.Value).Prepend(invocation.Instance)
                    .All(part => part is null || !Concerns(part) || Shape(part) is not null);
                return null;
            case IInvocationOperation invocation:
                return TensorShapes.Of(invocation, Shape);
            case IBinaryOperation binary:
                return TensorShapes.Of(binary, Shape);
            default:
                return null;
        }
    }

    private static bool IsPart(IOperation layer)
        => layer is IFieldReferenceOperation { Instance: IInstanceReferenceOperation } or IPropertyReferenceOperation { Instance: IInstanceReferenceOperation };

    private static bool IsOfTorchSharp(IMethodSymbol method)
    {
        INamespaceSymbol? space = method.ContainingNamespace;
        while (space is { ContainingNamespace.IsGlobalNamespace: false })
        {
            space = space.ContainingNamespace;
        }

        return space?.Name == "TorchSharp";
    }
}
