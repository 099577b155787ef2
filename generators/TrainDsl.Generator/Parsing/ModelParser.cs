using System.Collections.Generic;
using System.Linq;
using Microsoft.CodeAnalysis;
using TrainDsl.Generator.Diagnostics;

namespace TrainDsl.Generator.Parsing;

/// <summary>Finds the model of a training definition, and how it is made.</summary>
internal static class ModelParser
{
    /// <summary>The declared model, or null, with a diagnostic unless the compiler has one, where there is none.</summary>
    public static INamedTypeSymbol? Parse(TrainingAttributes attributes, INamedTypeSymbol definition, DiagnosticBag diagnostics)
    {
        if (attributes.Model is not { } attribute)
        {
            diagnostics.Report(DiagnosticDescriptors.NoModel, definition.Locations[0], definition.Name);
            return null;
        }

        if (attribute.TypeArgument is not { TypeKind: not TypeKind.Error } model)
        {
            return null;
        }

        if (model is not INamedTypeSymbol module || !SymbolNames.IsModule(model))
        {
            diagnostics.Report(DiagnosticDescriptors.NotAModule, attribute.TypeArgumentLocation, SymbolNames.Short(model));
            return null;
        }

        return module;
    }

    /// <summary>The method that makes the model, as C# writes it; null where its constructor does.</summary>
    public static string? Factory(
        TrainingAttributes attributes, INamedTypeSymbol definition, INamedTypeSymbol? model, Compilation compilation, ScoreMethods methods,
        DiagnosticBag diagnostics)
    {
        IReadOnlyList<IMethodSymbol> factories = methods.ModelFactories;
        foreach (IMethodSymbol second in factories.Skip(1))
        {
            diagnostics.Report(DiagnosticDescriptors.SecondModelFactory, second.Locations.FirstOrDefault(), second.Name, factories[0].Name);
        }

        if (model is null)
        {
            return null;
        }

        if (factories.Count == 0)
        {
            CheckConstructor(attributes.Model!, definition, model, compilation, diagnostics);
            return null;
        }

        IMethodSymbol factory = factories[0];
        if (Fault(factory, model, compilation) is { } fault)
        {
            diagnostics.Report(
                DiagnosticDescriptors.ModelFactorySignature, factory.Locations.FirstOrDefault(), factory.Name, SymbolNames.Short(model), fault);
        }

        return SymbolNames.Escaped(factory.Name);
    }

    private static string? Fault(IMethodSymbol factory, INamedTypeSymbol model, Compilation compilation)
        => !factory.IsStatic ? "it is not static"
            : factory.IsGenericMethod ? "it is generic"
            : factory.Parameters.Length == 1 ? "it takes a parameter"
            : factory.Parameters.Length > 1 ? $"it takes {factory.Parameters.Length} parameters"
            : factory.ReturnType.TypeKind == TypeKind.Error ? null
            : factory.ReturnsVoid ? "it returns nothing"
            : compilation.ClassifyCommonConversion(factory.ReturnType, model) is { Exists: true, IsImplicit: true } ? null
            : $"it returns '{SymbolNames.Short(factory.ReturnType)}'";

    private static void CheckConstructor(
        DslAttribute attribute, INamedTypeSymbol definition, INamedTypeSymbol model, Compilation compilation, DiagnosticBag diagnostics)
    {
        if (model.IsAbstract)
        {
            diagnostics.Report(DiagnosticDescriptors.AbstractModel, attribute.TypeArgumentLocation, SymbolNames.Short(model));
        }
        else if (!model.InstanceConstructors.Any(constructor => constructor.Parameters.All(static parameter => parameter.IsOptional)
            && compilation.IsSymbolAccessibleWithin(constructor, definition)))
        {
            diagnostics.Report(DiagnosticDescriptors.NoModelConstructor, attribute.TypeArgumentLocation, SymbolNames.Short(model), definition.Name);
        }
    }
}
