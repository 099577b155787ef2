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
            if (!attributes.IsBroken("Model"))
            {
                diagnostics.Report(DiagnosticDescriptors.NoModel, DefinitionShape.Place(definition), definition.Name);
            }

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
            : factory.ReturnType.NullableAnnotation == NullableAnnotation.Annotated ? $"it returns '{SymbolNames.Short(factory.ReturnType)}', which may be null"
            : compilation.ClassifyCommonConversion(factory.ReturnType, model) is { Exists: true, IsImplicit: true } ? null
            : $"it returns '{SymbolNames.Short(factory.ReturnType)}'";

    private static void CheckConstructor(
        DslAttribute attribute, INamedTypeSymbol definition, INamedTypeSymbol model, Compilation compilation, DiagnosticBag diagnostics)
    {
        if (model.IsAbstract)
        {
            diagnostics.Report(DiagnosticDescriptors.AbstractModel, attribute.TypeArgumentLocation, SymbolNames.Short(model));
        }
        else
        {
            IMethodSymbol[] constructors = Constructors(model, definition, compilation);
            if (constructors.Length == 0)
            {
                diagnostics.Report(DiagnosticDescriptors.NoModelConstructor, attribute.TypeArgumentLocation, SymbolNames.Short(model), definition.Name);
            }
            else if (constructors.Length > 1)
            {
                Report("its constructors with optional parameters alone are ambiguous");
            }
            else if (RequiredMember(model, constructors[0]) is { } required)
            {
                Report($"'{required}' is required");
            }
        }

        void Report(string fault)
            => diagnostics.Report(DiagnosticDescriptors.ModelNotConstructible, attribute.TypeArgumentLocation, SymbolNames.Short(model), fault);
    }

    // Those that a call without arguments may mean, as the language ranks them: no parameters, then optional ones, then a params array, the longest first.
    private static IMethodSymbol[] Constructors(INamedTypeSymbol model, INamedTypeSymbol definition, Compilation compilation)
        => [.. model.InstanceConstructors
            .Where(constructor => constructor.Parameters.All(static parameter => parameter.IsOptional || parameter.IsParams)
                && compilation.IsSymbolAccessibleWithin(constructor, definition))
            .GroupBy(static constructor => constructor.Parameters.LastOrDefault() switch
            {
                null => 0,
                { IsParams: false } => 1,
                _ => int.MaxValue - constructor.Parameters.Length,
            })
            .OrderBy(static group => group.Key)
            .Take(1)
            .SelectMany(static group => group)];

    private static string? RequiredMember(INamedTypeSymbol model, IMethodSymbol constructor)
        => constructor.GetAttributes().Any(static attribute => attribute.AttributeClass?.Name == "SetsRequiredMembersAttribute") ? null
            : DefinitionShape.Bases(model).Prepend(model).SelectMany(static level => level.GetMembers())
                .FirstOrDefault(static member => member is IPropertySymbol { IsRequired: true } or IFieldSymbol { IsRequired: true })?.Name;
}
