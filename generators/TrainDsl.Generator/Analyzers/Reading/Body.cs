using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Threading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;

namespace TrainDsl.Generator.Analyzers.Reading;

/// <summary>The body of one method: its operations, what it returns, and the values of locals that are written once.</summary>
internal sealed class Body
{
    private const int DeepestChain = 32;

    private readonly Dictionary<ILocalSymbol, IOperation> _values = new(SymbolEqualityComparer.Default);
    private readonly Dictionary<ILocalSymbol, IOperation> _origins = new(SymbolEqualityComparer.Default);
    private readonly HashSet<ILocalSymbol> _inPlace = new(SymbolEqualityComparer.Default);
    private readonly HashSet<ILocalSymbol> _disposed = new(SymbolEqualityComparer.Default);

    public Body(IEnumerable<IOperation> blocks)
    {
        Operations = [.. blocks.SelectMany(Walk)];
        Returned = [.. Operations.OfType<IReturnOperation>().Select(static operation => operation.ReturnedValue).OfType<IOperation>()];
        var changed = new HashSet<ILocalSymbol>(SymbolEqualityComparer.Default);
        foreach (IOperation operation in Operations)
        {
            Read(operation, changed);
        }

        foreach (ILocalSymbol local in changed)
        {
            _values.Remove(local);
            _origins.Remove(local);
        }

        foreach (ILocalSymbol local in _inPlace)
        {
            _values.Remove(local);
        }
    }

    /// <summary>Every operation, without those of lambdas and local functions.</summary>
    public ImmutableArray<IOperation> Operations { get; }

    /// <summary>Every value that is returned.</summary>
    public ImmutableArray<IOperation> Returned { get; }

    /// <summary>The calls in it.</summary>
    public IEnumerable<IInvocationOperation> Calls => Operations.OfType<IInvocationOperation>();

    /// <summary>The body of a method of this compilation; null where there is none to read.</summary>
    public static Body? Of(IMethodSymbol method, Compilation compilation, CancellationToken cancellation)
        => method.DeclaringSyntaxReferences.FirstOrDefault()?.GetSyntax(cancellation) is MethodDeclarationSyntax syntax
            && compilation.ContainsSyntaxTree(syntax.SyntaxTree)
            && compilation.GetSemanticModel(syntax.SyntaxTree).GetOperation(syntax, cancellation) is IMethodBodyOperation body
            && (body.BlockBody ?? body.ExpressionBody) is { } block
                ? new Body([block])
                : null;

    /// <summary>An expression without conversions; for a local that is written once and not changed in place, what is written.</summary>
    public IOperation Resolve(IOperation expression) => Follow(expression, _values);

    /// <summary>The same, also for locals that are changed in place: whose memory it is.</summary>
    public IOperation Origin(IOperation expression) => Follow(expression, _origins);

    /// <summary>Whether a local is disposed when its block ends.</summary>
    public bool IsDisposed(ILocalSymbol local) => _disposed.Contains(local);

    private static IEnumerable<IOperation> Walk(IOperation operation)
    {
        yield return operation;
        foreach (IOperation child in operation.ChildOperations)
        {
            if (child is not (IAnonymousFunctionOperation or ILocalFunctionOperation))
            {
                foreach (IOperation inner in Walk(child))
                {
                    yield return inner;
                }
            }
        }
    }

    private static IOperation Follow(IOperation expression, Dictionary<ILocalSymbol, IOperation> values)
    {
        IOperation operation = LayerShapes.Unwrap(expression);
        for (int depth = 0; depth < DeepestChain && operation is ILocalReferenceOperation { Local: { } local }
            && values.TryGetValue(local, out IOperation? value); depth++)
        {
            operation = LayerShapes.Unwrap(value);
        }

        return operation;
    }

    private void Read(IOperation operation, HashSet<ILocalSymbol> changed)
    {
        switch (operation)
        {
            case IVariableDeclaratorOperation { Symbol: { } local } declarator when declarator.GetVariableInitializer() is { } initializer:
                _values[local] = initializer.Value;
                _origins[local] = initializer.Value;
                break;
            case IUsingDeclarationOperation { DeclarationGroup: { } group }:
                AddDisposed(group);
                break;
            case IUsingOperation { Resources: IVariableDeclarationGroupOperation resources }:
                AddDisposed(resources);
                break;
            case ILocalReferenceOperation reference when IsWritten(reference):
                changed.Add(reference.Local);
                break;
            case ILocalReferenceOperation reference when IsChangedInPlace(reference):
                _inPlace.Add(reference.Local);
                break;
        }
    }

    private void AddDisposed(IVariableDeclarationGroupOperation group)
        => _disposed.UnionWith(group.Declarations.SelectMany(static declaration => declaration.Declarators).Select(static declarator => declarator.Symbol));

    // 'x.squeeze_(1)' gives x another shape.
    private static bool IsChangedInPlace(ILocalReferenceOperation reference) => reference.Parent is IInvocationOperation call && call.Instance == reference
        && call.TargetMethod.Name.EndsWith("_", System.StringComparison.Ordinal);

    // Assigned, or passed by reference.
    private static bool IsWritten(ILocalReferenceOperation reference) => reference.Parent switch
    {
        IAssignmentOperation assignment => assignment.Target == reference,
        IIncrementOrDecrementOperation or ITupleOperation { Parent: IDeconstructionAssignmentOperation } => true,
        IArgumentOperation { Parameter.RefKind: RefKind.Ref or RefKind.Out } => true,
        _ => false,
    };
}
