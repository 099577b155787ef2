using System.Linq;
using System.Threading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using TrainDsl.Generator.Diagnostics;
using TrainDsl.Generator.Emission;

namespace TrainDsl.Generator.Parsing;

/// <summary>The user's <c>Read</c> of a dataset.</summary>
/// <param name="Declaration">The defining declaration that its implementation needs, or null where it needs none.</param>
/// <param name="Index">What it calls its index.</param>
/// <param name="Row">What it calls its row.</param>
/// <param name="CanBeCalled">Whether it has the signature that the pipeline calls.</param>
/// <remarks>Its row does not exist while the generator runs, so that the parameter is recognised by how it is written.</remarks>
internal readonly record struct ReadMethod(string? Declaration, string Index, string Row, bool CanBeCalled)
{
    /// <summary>What it is called.</summary>
    public const string Name = "Read";

    public static ReadMethod Find(INamedTypeSymbol dataset, DiagnosticBag diagnostics, CancellationToken cancellation)
    {
        IMethodSymbol[] methods = [.. dataset.GetMembers(Name).OfType<IMethodSymbol>()
            .SelectMany(static method => method.PartialImplementationPart is { } implementation ? new[] { method, implementation } : [method])
            .Where(method => Syntax(method, cancellation) is { } syntax && (IsPartial(syntax) || IsRow(method.Parameters.LastOrDefault())))];
        if (methods.Length == 0)
        {
            diagnostics.Report(DiagnosticDescriptors.NoRead, DefinitionShape.Place(dataset), dataset.Name);
            return new(null, "index", "row", false);
        }

        IMethodSymbol read = methods.FirstOrDefault(method => Fault(method, cancellation) is null) ?? methods[0];
        MethodDeclarationSyntax declaration = Syntax(read, cancellation)!;
        string? fault = Fault(read, cancellation);
        if (fault is not null)
        {
            diagnostics.Report(DiagnosticDescriptors.ReadSignature, declaration.Identifier.GetLocation(), dataset.Name, fault);
        }

        bool needsDeclaration = IsPartial(declaration) && HasBody(declaration) && read.PartialDefinitionPart is null
            && !methods.Any(method => IsRow(method.Parameters.LastOrDefault()) && !HasBody(Syntax(method, cancellation)!));
        string? defining = needsDeclaration
            ? PartialDeclaration.Of(read, declaration, static parameter => IsRow(parameter) ? EmittedNames.Row : null)
            : null;
        return new(defining, read.Parameters.FirstOrDefault()?.Name ?? "index", read.Parameters.LastOrDefault()?.Name ?? "row", fault is null);
    }

    private static MethodDeclarationSyntax? Syntax(IMethodSymbol method, CancellationToken cancellation)
        => method.DeclaringSyntaxReferences.FirstOrDefault()?.GetSyntax(cancellation) as MethodDeclarationSyntax;

    private static bool IsPartial(MethodDeclarationSyntax method) => method.Modifiers.Any(SyntaxKind.PartialKeyword);

    private static bool HasBody(MethodDeclarationSyntax method) => method.Body is not null || method.ExpressionBody is not null;

    private static bool IsRow(IParameterSymbol? parameter) => parameter?.Type.Name == EmittedNames.Row;

    private static string? Fault(IMethodSymbol method, CancellationToken cancellation)
        => !IsPartial(Syntax(method, cancellation)!) ? "it is not partial."
            : method.DeclaredAccessibility != Accessibility.Public ? "it is not public."
            : method.IsStatic ? "it is static."
            : method.IsGenericMethod ? "it is generic."
            : !method.ReturnsVoid ? $"it returns '{SymbolNames.Short(method.ReturnType)}'."
            : method.IsAsync ? "it is async: the row is gone when it goes on."
            : method.Parameters.Length != 2 ? $"it takes {method.Parameters.Length} parameters."
            : method.Parameters[0] is not { Type.SpecialType: SpecialType.System_Int64, RefKind: RefKind.None } index
                ? $"'{method.Parameters[0].Name}' is not of type 'long'."
            : !IsRow(method.Parameters[1]) ? $"'{method.Parameters[1].Name}' is not of type 'Row'."
            : method.Parameters[1].RefKind != RefKind.In ? $"'{method.Parameters[1].Name}' is not an 'in' parameter."
            : null;
}
