using System.Collections.Generic;
using System.Linq;
using System.Threading;
using Microsoft.CodeAnalysis;
using TrainDsl.Generator.Diagnostics;

namespace TrainDsl.Generator.Parsing;

/// <summary>What the base class of a definition must leave to generated members.</summary>
internal static class BaseRules
{
    /// <summary>Reports a base class that generated members cannot go beside, and returns the names of those that it has already.</summary>
    /// <param name="type">The class.</param>
    /// <param name="attribute">The attribute that makes a class a definition of the same kind.</param>
    /// <param name="members">The names of generated members.</param>
    /// <param name="compilation">The project.</param>
    /// <param name="diagnostics">Takes what is wrong.</param>
    /// <param name="cancellation">Stops the work.</param>
    public static IEnumerable<string> Check(
        INamedTypeSymbol type, string attribute, string[] members, Compilation compilation, DiagnosticBag diagnostics, CancellationToken cancellation)
    {
        if (Parent(type) is not { } parent)
        {
            return [];
        }

        if (Definition(type, attribute, cancellation) is { } other)
        {
            Report($"'{other.Name}' has [{attribute}] itself, and both would have the same generated members");
            return members;
        }

        string[] hidden = [.. DefinitionShape.Bases(type).SelectMany(static level => level.GetMembers())
            .Where(member => (members.Contains(member.Name) || (attribute == "Training" && HookParser.IsHidden(member))) && compilation.IsSymbolAccessibleWithin(member, type))
            .Select(static member => member.Name)
            .Distinct()];
        if (hidden.Length > 0)
        {
            Report($"its member '{hidden[0]}' has the name of a member that is generated into '{type.Name}'");
        }
        else if (attribute == "Training" && !Constructors(parent, type, compilation).Any(IsCallableWithoutArguments))
        {
            Report("the generated constructor calls one without arguments, and it has none");
        }

        return hidden;

        void Report(string fault)
            => diagnostics.Report(DiagnosticDescriptors.BaseClass, DefinitionShape.Place(type), type.Name, SymbolNames.Short(parent), fault);
    }

    /// <summary>How a constructor of a training definition calls that of its base class where it cannot be left out: with defaults; null where it can.</summary>
    public static string? Call(INamedTypeSymbol definition, Compilation compilation, CancellationToken cancellation)
    {
        if (Parent(definition) is not { } parent)
        {
            return null;
        }

        if (DslAttribute.Of(parent, cancellation).Any(static written => written.Name == "Training"))
        {
            return "base(default!)";
        }

        IMethodSymbol[] constructors = Constructors(parent, definition, compilation);
        return constructors.Any(IsCallableWithoutArguments)
            || constructors.FirstOrDefault(static constructor => constructor.Parameters.All(static parameter => parameter.RefKind is RefKind.None or RefKind.In))
                is not { } chosen
            ? null
            : $"base({string.Join(", ", chosen.Parameters.Select(static parameter => $"default({SymbolNames.FullyQualified(parameter.Type)})!"))})";
    }

    private static INamedTypeSymbol? Parent(INamedTypeSymbol type)
        => type.BaseType is { SpecialType: not (SpecialType.System_Object or SpecialType.System_ValueType), TypeKind: TypeKind.Class } parent ? parent : null;

    private static INamedTypeSymbol? Definition(INamedTypeSymbol type, string attribute, CancellationToken cancellation)
        => DefinitionShape.Bases(type).FirstOrDefault(level => DslAttribute.Of(level, cancellation).Any(written => written.Name == attribute));

    private static IMethodSymbol[] Constructors(INamedTypeSymbol parent, INamedTypeSymbol type, Compilation compilation)
        => [.. parent.InstanceConstructors.Where(constructor => compilation.IsSymbolAccessibleWithin(constructor, type))];

    private static bool IsCallableWithoutArguments(IMethodSymbol constructor)
        => constructor.Parameters.All(static parameter => parameter.IsOptional || parameter.IsParams);
}
