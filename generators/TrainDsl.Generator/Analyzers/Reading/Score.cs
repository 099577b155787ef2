using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using TrainDsl.Generator.Parsing;

namespace TrainDsl.Generator.Analyzers.Reading;

/// <summary>A loss or metric with the definition, model and dataset that it belongs to: what the rules over scores read.</summary>
internal sealed class Score
{
    private readonly Action<Diagnostic> _report;
    private readonly Lazy<ModelOutput?> _output;
    private readonly Lazy<bool> _mayConvert;

    private Score(
        IMethodSymbol method, bool isLoss, Body body, TrainingAttributes attributes, INamedTypeSymbol model, Dictionary<string, Column> columns,
        bool hasFactory, Compilation compilation, Action<Diagnostic> report, CancellationToken cancellation)
    {
        Method = method;
        IsLoss = isLoss;
        Body = body;
        Attributes = attributes;
        ModelType = model;
        Columns = columns;
        HasFactory = hasFactory;
        _report = report;
        _mayConvert = new(() => ModuleSource.MayConvert(model, compilation, cancellation));
        _output = new(() => hasFactory && !model.IsSealed ? null : ModelOutput.Of(model, compilation, cancellation));
    }

    public IMethodSymbol Method { get; }

    /// <summary>Whether it is the loss; a metric otherwise.</summary>
    public bool IsLoss { get; }

    public Body Body { get; }

    public TrainingAttributes Attributes { get; }

    public INamedTypeSymbol ModelType { get; }

    public Dictionary<string, Column> Columns { get; }

    /// <summary>Whether the definition makes its model itself, perhaps with another element type.</summary>
    public bool HasFactory { get; }

    public IParameterSymbol Model => Method.Parameters[0];

    public IParameterSymbol Batch => Method.Parameters[1];

    /// <summary>Whether the model's source may give its weights another element type than TorchSharp's default.</summary>
    public bool MayConvert => _mayConvert.Value;

    /// <summary>By what the model's output is made, where that is certain.</summary>
    public ModelOutput? Output => _output.Value;

    /// <summary>A loss or metric of a training definition; null where the method is none, or has errors that are reported elsewhere.</summary>
    public static Score? Of(
        IMethodSymbol method, IEnumerable<IOperation> blocks, Compilation compilation, Action<Diagnostic> report,
        CancellationToken cancellation)
    {
        if (method is not { IsStatic: true, Parameters: [_, { RefKind: RefKind.In }], ContainingType: { } definition }
            || DslAttribute.Of(method, cancellation).FirstOrDefault(static attribute => attribute.Name is "Loss" or "Metric") is not { } mark)
        {
            return null;
        }

        var attributes = new TrainingAttributes(definition, cancellation);
        if (attributes.Training is null || attributes.Model?.TypeArgument is not INamedTypeSymbol model || !SymbolNames.IsModule(model)
            || attributes.Dataset?.TypeArgument is not INamedTypeSymbol dataset
            || !(SymbolNames.IsTensor(method.ReturnType) || SymbolNames.Is(method.ReturnType, DslAttribute.Namespace, "WeightedSum")))
        {
            return null;
        }

        var methods = new ScoreMethods(definition, cancellation);
        bool isLoss = mark.Name == "Loss";
        if (isLoss && methods.Losses.Count > 0 && !SymbolEqualityComparer.Default.Equals(methods.Losses[0], method))
        {
            return null;
        }

        bool hasFactory = methods.ModelFactories.Count > 0;
        return new Score(
            method, isLoss, new Body(blocks), attributes, model, Column.Of(dataset, cancellation), hasFactory, compilation, report,
            cancellation);
    }

    /// <summary>Reports a mistake at an operation.</summary>
    public void Report(DiagnosticDescriptor descriptor, IOperation at, params object[] arguments) => Report(descriptor, at.Syntax.GetLocation(), arguments);

    /// <summary>Reports a mistake at a place.</summary>
    public void Report(DiagnosticDescriptor descriptor, Location? at, params object[] arguments)
        => _report(Diagnostic.Create(descriptor, at ?? Method.Locations[0], arguments));

    /// <summary>Whether an expression is a parameter of the method.</summary>
    public bool Is(IOperation operation, IParameterSymbol parameter)
        => Body.Resolve(operation) is IParameterReferenceOperation reference && SymbolEqualityComparer.Default.Equals(reference.Parameter, parameter);

    /// <summary>The column that an expression is, or null.</summary>
    public Column? ColumnOf(IOperation operation)
        => Body.Resolve(operation) is IMemberReferenceOperation { Instance: { } instance } member && Is(instance, Batch)
            && Columns.TryGetValue(member.Member.Name, out Column? column)
                ? column
                : null;

    /// <summary>Whether an expression is the output of the model, as it comes from its call.</summary>
    public bool IsOutput(IOperation operation)
        => Body.Resolve(operation) is IInvocationOperation { TargetMethod.Name: "call" or "forward", Instance: { } instance } && Is(instance, Model);

    /// <summary>The element type of an expression, where it is certain.</summary>
    public string? ElementTypeOf(IOperation operation) => TensorElements.Of(operation, Body, value => ColumnOf(value)?.ElementType);
}
