using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using TrainDsl.Generator.Diagnostics;
using TrainDsl.Generator.Model;

namespace TrainDsl.Generator.Parsing;

/// <summary>Checks the loss and the metrics of a training definition.</summary>
/// <remarks>
/// The dataset's Batch does not exist while the generator runs, so that a parameter of that type has an error type here: it is recognised by
/// how it is written. What is unclear is let through, for the compiler to judge against the generated source.
/// </remarks>
internal sealed class ScoreParser(
    INamedTypeSymbol definition,
    ITypeSymbol? model,
    ITypeSymbol? dataset,
    Compilation compilation,
    DiagnosticBag diagnostics,
    CancellationToken cancellation)
{
    private const string Batch = "Batch";

    /// <summary>The loss, or null where there is none.</summary>
    /// <param name="methods">The marked methods.</param>
    /// <param name="isReported">Whether it has been said already why there is none.</param>
    public ScoreModel? Loss(ScoreMethods methods, bool isReported)
    {
        if (methods.Losses.Count == 0)
        {
            if (isReported)
            {
                return null;
            }

            IMethodSymbol? meant = Unmarked();
            diagnostics.Report(
                DiagnosticDescriptors.NoLoss,
                meant?.Locations.FirstOrDefault() ?? DefinitionShape.Place(definition),
                definition.Name,
                meant is not null ? $"Mark method '{meant.Name}'"
                    : $"Add a method 'private static torch.Tensor Loss({NameOf(model, "TModel")} model, in {NameOf(dataset, "TDataset")}.Batch batch)' and mark it");
            return null;
        }

        foreach (IMethodSymbol second in methods.Losses.Skip(1))
        {
            diagnostics.Report(DiagnosticDescriptors.SecondLoss, second.Locations.FirstOrDefault(), second.Name, methods.Losses[0].Name);
        }

        return Score(methods.Losses[0], "Loss", "loss") with { CouplesSamples = methods.Coupling is not null };
    }

    /// <summary>The metrics in the order of their declaration.</summary>
    public EquatableArray<ScoreModel> Metrics(ScoreMethods methods)
    {
        var metrics = new List<ScoreModel>();
        foreach ((IMethodSymbol method, DslAttribute attribute) in methods.Metrics)
        {
            string? name = attribute.PositionalString(0);
            if (attribute.HasPositional(0) && string.IsNullOrWhiteSpace(name))
            {
                diagnostics.Report(DiagnosticDescriptors.MetricNameEmpty, attribute.PositionalLocation(0, "name"), method.Name);
            }
            else if (name == "loss")
            {
                diagnostics.Report(DiagnosticDescriptors.MetricNamedLoss, attribute.PositionalLocation(0, "name"), method.Name);
            }
            else if (metrics.Find(other => other.Name == name) is { } other)
            {
                diagnostics.Report(DiagnosticDescriptors.MetricNameTwice, attribute.PositionalLocation(0, "name"), name!, other.Method);
            }

            metrics.Add(Score(method, "Metric", name ?? ""));
        }

        return new(metrics);
    }

    // The method that was probably meant as the loss: the one of that name, or else the only one of its signature.
    private IMethodSymbol? Unmarked()
    {
        IMethodSymbol[] methods = [.. definition.GetMembers().OfType<IMethodSymbol>()
            .Where(method => method is { MethodKind: MethodKind.Ordinary, IsImplicitlyDeclared: false, IsGenericMethod: false, Parameters.Length: 2 }
                && (SymbolNames.IsTensor(method.ReturnType) || SymbolNames.Is(method.ReturnType, DslAttribute.Namespace, "WeightedSum"))
                && ParameterFault(method, out _) is null && DslAttribute.Of(method, cancellation).Count == 0)];
        return methods.FirstOrDefault(static method => string.Equals(method.Name, "Loss", StringComparison.OrdinalIgnoreCase))
            ?? (methods.Length == 1 ? methods[0] : null);
    }

    private static string NameOf(ITypeSymbol? type, string otherwise) => type is null ? otherwise : SymbolNames.Short(type);

    private ScoreModel Score(IMethodSymbol method, string kind, string name)
    {
        Location? location = method.Locations.FirstOrDefault();
        if (!method.IsStatic || method.IsGenericMethod)
        {
            diagnostics.Report(
                DiagnosticDescriptors.ScoreNotStatic, location, kind, method.Name, method.IsStatic ? "it is generic" : "it is not static");
        }

        if (ParameterFault(method, out Location? parameter) is { } fault)
        {
            diagnostics.Report(
                DiagnosticDescriptors.ScoreParameters,
                parameter ?? location,
                kind,
                method.Name,
                NameOf(model, "TModel"),
                NameOf(dataset, "TDataset"),
                fault);
        }

        bool isWeighted = SymbolNames.Is(method.ReturnType, DslAttribute.Namespace, "WeightedSum");
        if (method.ReturnType.TypeKind != TypeKind.Error && !isWeighted && (!SymbolNames.IsTensor(method.ReturnType)
            || method.ReturnType.NullableAnnotation == NullableAnnotation.Annotated || method.ReturnsByRef
            || method.ReturnsByRefReadonly))
        {
            Location? returnType = (method.DeclaringSyntaxReferences.FirstOrDefault()?.GetSyntax(cancellation) as MethodDeclarationSyntax)
                ?.ReturnType.GetLocation();
            diagnostics.Report(
                DiagnosticDescriptors.ScoreReturnType, returnType ?? location, kind, method.Name, SymbolNames.Short(method.ReturnType));
        }

        return new ScoreModel(name, SymbolNames.Escaped(method.Name), ModelCast(method), isWeighted);
    }

    // Beside an overload that takes the model's own type, the marked method would not be called with a model of that type.
    private string? ModelCast(IMethodSymbol method)
        => method.Parameters.FirstOrDefault()?.Type is { TypeKind: not TypeKind.Error } type && !SymbolEqualityComparer.Default.Equals(type, model)
            && definition.GetMembers(method.Name).Length > 1 ? SymbolNames.FullyQualified(type) : null;

    private string? ParameterFault(IMethodSymbol method, out Location? location)
    {
        location = null;
        if (method.Parameters.Length != 2)
        {
            int count = method.Parameters.Length;
            return $"it takes {(count == 0 ? "no parameters" : count == 1 ? "1 parameter" : count + " parameters")}.";
        }

        IParameterSymbol first = method.Parameters[0];
        IParameterSymbol second = method.Parameters[1];
        location = first.Locations.FirstOrDefault();
        if (first.RefKind is not (RefKind.None or RefKind.In))
        {
            return $"'{first.Name}' is passed by reference.";
        }

        if (model is not null && first.Type.TypeKind != TypeKind.Error
            && compilation.ClassifyCommonConversion(model, first.Type) is not { Exists: true, IsImplicit: true })
        {
            return $"'{first.Name}' is of type '{SymbolNames.Short(first.Type)}'.";
        }

        if (OverloadFault(method) is { } overload)
        {
            location = null;
            return overload;
        }

        location = second.Locations.FirstOrDefault();
        if (BatchFault(second) is { } fault)
        {
            return fault;
        }

        return second.RefKind == RefKind.In ? null : $"'{second.Name}' is not an 'in' parameter.";
    }

    // What a call with a model of the declared type would bind to instead, whatever it is cast to.
    private string? OverloadFault(IMethodSymbol method)
    {
        IMethodSymbol[] others = [.. definition.GetMembers(method.Name).OfType<IMethodSymbol>()
            .Where(other => other.Parameters.Length >= 2 && !SymbolEqualityComparer.Default.Equals(other, method))];
        return others.Any(static other => other.GetAttributes().Any(static attribute => attribute.AttributeClass?.Name == "OverloadResolutionPriorityAttribute"))
                ? "an overload has priority over it."
            : others.Length > 0 && method.Parameters[0].RefKind == RefKind.In
                ? $"beside an overload, '{method.Parameters[0].Name}' may not be an 'in' parameter."
            : null;
    }

    private string? BatchFault(IParameterSymbol parameter)
    {
        if (dataset is null)
        {
            return null;
        }

        if (MeansGeneratedBatch(parameter))
        {
            return null;
        }

        string fault = $"'{parameter.Name}' is of type '{SymbolNames.Short(parameter.Type)}'.";
        if (parameter.Type.TypeKind != TypeKind.Error)
        {
            return parameter.Type.Name == Batch && SymbolEqualityComparer.Default.Equals(parameter.Type.ContainingType, dataset) ? null : fault;
        }

        // Written in full, the batch of another dataset can be told from this one's; a lone Batch, or a misspelt one, the compiler judges.
        if (parameter.DeclaringSyntaxReferences.FirstOrDefault()?.GetSyntax(cancellation) is not ParameterSyntax
            { Type: QualifiedNameSyntax { Right.Identifier.ValueText: Batch } written })
        {
            return null;
        }

        ISymbol? qualifier = compilation.GetSemanticModel(written.SyntaxTree).GetSymbolInfo(written.Left, cancellation).Symbol;
        return qualifier is INamedTypeSymbol { TypeKind: not TypeKind.Error } owner && !SymbolEqualityComparer.Default.Equals(owner, dataset)
            ? $"'{parameter.Name}' is of type '{written}'."
            : null;
    }

    // A lone Batch in a definition within its dataset: the batch that is to be generated there is nearer than any other of the name.
    private bool MeansGeneratedBatch(IParameterSymbol parameter)
    {
        if (parameter.DeclaringSyntaxReferences.FirstOrDefault()?.GetSyntax(cancellation) is not ParameterSyntax
            { Type: IdentifierNameSyntax { Identifier.ValueText: Batch } })
        {
            return false;
        }

        for (INamedTypeSymbol? level = definition; level is not null; level = level.ContainingType)
        {
            if (SymbolEqualityComparer.Default.Equals(level, dataset))
            {
                return true;
            }

            if (!level.GetTypeMembers(Batch).IsEmpty)
            {
                return false;
            }
        }

        return false;
    }
}
