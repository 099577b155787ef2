using System.Collections.Generic;
using System.Linq;
using System.Threading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using TrainDsl.Generator.Diagnostics;
using TrainDsl.Generator.Emission;
using TrainDsl.Generator.Model;

namespace TrainDsl.Generator.Parsing;

/// <summary>What a training definition and a dataset have in common: a class that members can be generated into.</summary>
internal static class DefinitionShape
{
    /// <summary>The class as generated code declares it again, or null, with a diagnostic, where that is not possible.</summary>
    /// <param name="type">The class.</param>
    /// <param name="attribute">The attribute that makes it a definition, for messages.</param>
    /// <param name="noun">What its objects are, for messages.</param>
    /// <param name="diagnostics">Takes what is wrong.</param>
    /// <param name="cancellation">Stops the work.</param>
    public static TypeModel? Parse(INamedTypeSymbol type, string attribute, string noun, DiagnosticBag diagnostics, CancellationToken cancellation)
    {
        // A name that is still to be typed is the compiler's to report.
        for (ISymbol level = type; level is not INamespaceSymbol { IsGlobalNamespace: true }; level = level.ContainingSymbol)
        {
            if (!SyntaxFacts.IsValidIdentifier(level.Name))
            {
                return null;
            }
        }

        Location? location = Place(type);
        if (type.TypeKind != TypeKind.Class)
        {
            diagnostics.Report(
                DiagnosticDescriptors.NotAClass, location, type.Name, attribute, type.TypeKind == TypeKind.Struct ? "a struct" : "an interface", noun);

            // A struct's rows and batches can be generated, so that code which names them has no errors of its own.
            if (type.TypeKind != TypeKind.Struct || attribute != "Column")
            {
                return null;
            }
        }

        bool sound = true;
        if (!IsPartial(type, cancellation))
        {
            diagnostics.Report(DiagnosticDescriptors.NotPartial, location, type.Name, attribute);
            sound = false;
        }

        if (AccessRules.FileLocalPart(type) is not null)
        {
            diagnostics.Report(DiagnosticDescriptors.FileLocal, location, type.Name);
            sound = false;
        }

        if (type.IsStatic)
        {
            diagnostics.Report(DiagnosticDescriptors.Static, location, type.Name, noun);
            sound = false;
        }

        var containers = new List<string>();
        for (INamedTypeSymbol? level = type; level is not null; level = level.ContainingType)
        {
            if (level.IsGenericType && level.TypeParameters.Length > 0)
            {
                diagnostics.Report(DiagnosticDescriptors.Generic, location, type.Name, level.Name);
                return null;
            }

            if (!SymbolEqualityComparer.Default.Equals(level, type))
            {
                containers.Insert(0, Declaration(level));
                if (!IsPartial(level, cancellation))
                {
                    diagnostics.Report(DiagnosticDescriptors.ContainerNotPartial, location, type.Name, level.Name);
                    return null;
                }
            }
        }

        return !sound ? null : new TypeModel(
            type.ContainingNamespace is { IsGlobalNamespace: false } space ? SymbolNames.Dotted(space) : null,
            new(containers),
            Declaration(type),
            SymbolNames.Escaped(type.Name),
            Self(type),
            type.ToDisplayString(SymbolDisplayFormat.CSharpErrorMessageFormat.WithMiscellaneousOptions(SymbolDisplayMiscellaneousOptions.None)));
    }

    /// <summary>Where the class is named: in the part that has the attribute which makes it a definition.</summary>
    public static Location? Place(INamedTypeSymbol type)
        => DslAttribute.Of(type, CancellationToken.None).OrderBy(static attribute => attribute.Name is "Training" or "Column" ? 0 : 1)
            .FirstOrDefault(static attribute => attribute.Part is not null)?.Part!.Identifier.GetLocation() ?? type.Locations.FirstOrDefault();

    /// <summary>The classes that a class derives from, nearest first.</summary>
    public static IEnumerable<INamedTypeSymbol> Bases(INamedTypeSymbol type)
    {
        for (INamedTypeSymbol? level = type.BaseType; level is { SpecialType: not SpecialType.System_Object }; level = level.BaseType)
        {
            yield return level;
        }
    }

    /// <summary>Reports a class that has the name of a member which is generated into it.</summary>
    public static void CheckName(INamedTypeSymbol type, DiagnosticBag diagnostics, params string[] members)
    {
        if (members.Contains(type.Name))
        {
            diagnostics.Report(DiagnosticDescriptors.NameOfGeneratedMember, Place(type), type.Name);
        }
    }

    /// <summary>Whether members can be generated into the class: <see cref="Parse"/> without words.</summary>
    public static bool IsSound(INamedTypeSymbol type, CancellationToken cancellation)
        => Parse(type, "", "", new DiagnosticBag(), cancellation) is not null;

    /// <summary>Reports members that the class declares with the name of a generated one, and returns those names.</summary>
    public static EquatableArray<string> ReservedMembers(INamedTypeSymbol type, DiagnosticBag diagnostics, params string[] reserved)
    {
        var omitted = new List<string>();
        foreach (string name in reserved)
        {
            if (type.GetMembers(name).FirstOrDefault(static member => !member.IsImplicitlyDeclared) is { } member)
            {
                diagnostics.Report(DiagnosticDescriptors.ReservedMember, member.Locations.FirstOrDefault(), name, type.Name);
                omitted.Add(name);
            }
        }

        return new(omitted);
    }

    // Nearer than the class is what its members declare within them, and what it inherits.
    private static string Self(INamedTypeSymbol type)
        => EmittedNames.Locals.Contains(type.Name) || Bases(type).Any(level => !level.GetMembers(type.Name).IsEmpty)
            ? SymbolNames.FullyQualified(type)
            : SymbolNames.Escaped(type.Name);

    private static bool IsPartial(INamedTypeSymbol type, CancellationToken cancellation)
        => type.DeclaringSyntaxReferences.Any(reference => reference.GetSyntax(cancellation) is TypeDeclarationSyntax declaration
            && declaration.Modifiers.Any(SyntaxKind.PartialKeyword));

    private static string Declaration(INamedTypeSymbol type)
    {
        string keyword = (type.TypeKind, type.IsRecord) switch
        {
            (TypeKind.Struct, true) => "record struct",
            (TypeKind.Struct, false) => "struct",
            (TypeKind.Interface, _) => "interface",
            (_, true) => "record",
            _ => "class",
        };
        return "partial " + keyword + " " + SymbolNames.Escaped(type.Name);
    }
}
