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

/// <summary>
/// Checks the hooks that a training definition implements. One that is not the implementation of the generated partial method would not be called, or
/// would be an error whose text shows neither the right signature nor, where methods collide, the user's own file.
/// </summary>
internal static class HookParser
{
    private static readonly Hook[] Hooks =
    [
        new("OnStep", "StepReport", "step", RefKind.In),
        new("OnEpoch", "EpochReport", "epoch", RefKind.None),
    ];

    /// <summary>Reports hooks that are written wrongly, and returns those to declare.</summary>
    /// <remarks>
    /// A sound one is declared with the name that the user gives its parameter, and a wrong one as it is written: the compiler warns of parts that
    /// differ in names, and reports an implementation without a declaration.
    /// </remarks>
    public static EquatableArray<HookModel> Parse(INamedTypeSymbol definition, IEnumerable<string> inherited, DiagnosticBag diagnostics, CancellationToken cancellation)
    {
        var declared = new List<HookModel>();
        foreach (Hook hook in Hooks.Where(hook => hook.Name != definition.Name && !inherited.Contains(hook.Name)))
        {
            Part[] parts = Parts(definition, hook, cancellation);
            ISymbol? other = definition.GetMembers(hook.Name).FirstOrDefault(static member => member is not IMethodSymbol);
            if (other is not null)
            {
                diagnostics.Report(DiagnosticDescriptors.ReservedMember, other.Locations.FirstOrDefault(), hook.Name, definition.Name);
            }
            else if (WrongPart(parts, hook) is { } wrong)
            {
                diagnostics.Report(
                    DiagnosticDescriptors.HookSignature, wrong.Syntax.Identifier.GetLocation(), hook.Name, Fault(wrong, hook)!, hook.Signature);
                declared.AddRange(parts.Where(static part => part is { IsPartial: true, HasBody: true, Method.PartialDefinitionPart: null })
                    .Select(static part => PartialDeclaration.Of(part.Method, part.Syntax, static _ => null))
                    .OfType<string>()
                    .Select(static declaration => new HookModel(declaration, "", null)));
            }
            else
            {
                IParameterSymbol? implemented = parts.FirstOrDefault(part => Fault(part, hook) is null)?.Method.Parameters[0];
                string? written = implemented?.Name;
                string parameter = SyntaxFacts.IsValidIdentifier(written) ? written! : hook.Parameter;
                declared.Add(new HookModel(hook.Declaration(implemented is null ? "" : PartialDeclaration.Scoped(implemented), parameter), parameter, hook.Parameter));
            }
        }

        return new(declared);
    }

    /// <summary>Whether an inherited member would be hidden by a hook's declaration.</summary>
    public static bool IsHidden(ISymbol inherited)
        => Array.Find(Hooks, hook => hook.Name == inherited.Name) is { } hook
            && (inherited is not IMethodSymbol method || (method.Parameters is [{ Type: { } type }] && IsReport(type, hook)));

    private static Part[] Parts(INamedTypeSymbol definition, Hook hook, CancellationToken cancellation)
        => [.. definition.GetMembers(hook.Name).OfType<IMethodSymbol>()
            .SelectMany(static method => method.PartialImplementationPart is { } implementation ? new[] { method, implementation } : [method])
            .SelectMany(method => method.DeclaringSyntaxReferences.Select(reference => reference.GetSyntax(cancellation))
                .OfType<MethodDeclarationSyntax>()
                .Select(syntax => new Part(method, syntax)))];

    // Beside a sound implementation, another method of the same name is an overload of the user's own.
    private static Part? WrongPart(Part[] parts, Hook hook)
    {
        Part? redeclared = parts.FirstOrDefault(part => !part.HasBody && part.IsPartial && SignatureFault(part, hook) is null);
        return redeclared ?? (parts.Any(part => Fault(part, hook) is null) ? null
            : parts.FirstOrDefault(static part => part.IsPartial) ?? parts.FirstOrDefault());
    }

    private static string? Fault(Part part, Hook hook)
        => !part.IsPartial ? "is not partial"
            : SignatureFault(part, hook) ?? (part.HasBody ? null : "is declared without a body, as the generated file does already");

    private static string? SignatureFault(Part part, Hook hook)
    {
        IMethodSymbol method = part.Method;
        SyntaxToken modifier = part.Syntax.Modifiers.FirstOrDefault(static modifier =>
            !modifier.IsKind(SyntaxKind.PartialKeyword) && !modifier.IsKind(SyntaxKind.AsyncKeyword));
        return method.IsGenericMethod ? "is generic"
            : !method.ReturnsVoid ? $"returns '{SymbolNames.Short(method.ReturnType)}'"
            : method.Parameters.Length != 1 ? $"takes {(method.Parameters.Length == 0 ? "no" : method.Parameters.Length)} parameters"
            : !IsReport(method.Parameters[0].Type, hook) ? $"takes a '{SymbolNames.Short(method.Parameters[0].Type)}'"
            : method.Parameters[0].RefKind != hook.Kind
                ? hook.Kind == RefKind.In ? $"takes '{method.Parameters[0].Name}' without 'in'" : $"takes '{method.Parameters[0].Name}' by reference"
            : modifier.IsKind(SyntaxKind.None) ? null
            : $"has the modifier '{modifier.Text}'";
    }

    // A type that the compiler does not know is for it to report.
    private static bool IsReport(ITypeSymbol type, Hook hook)
        => type.TypeKind == TypeKind.Error || SymbolNames.Is(type, DslAttribute.Namespace, hook.Report);

    private sealed record Hook(string Name, string Report, string Parameter, RefKind Kind)
    {
        public string Signature => $"partial void {Name}({In}{Report} {Parameter})";

        public string Declaration(string scoped, string parameter)
            => $"partial void {Name}({scoped}{In}global::{DslAttribute.Namespace}.{Report} {SymbolNames.Escaped(parameter)});";

        private string In => Kind == RefKind.In ? "in " : "";
    }

    private sealed record Part(IMethodSymbol Method, MethodDeclarationSyntax Syntax)
    {
        public bool IsPartial => Syntax.Modifiers.Any(SyntaxKind.PartialKeyword);

        public bool HasBody => Syntax.Body is not null || Syntax.ExpressionBody is not null;
    }
}
