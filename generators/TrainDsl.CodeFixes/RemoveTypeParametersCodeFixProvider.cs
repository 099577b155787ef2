using System.Collections.Immutable;
using System.Composition;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;
using TrainDsl.Generator.Diagnostics;

namespace TrainDsl.CodeFixes;

/// <summary>Removes the type parameters of a definition where it does not use them.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(RemoveTypeParametersCodeFixProvider))]
[Shared]
public sealed class RemoveTypeParametersCodeFixProvider : TextEditCodeFixProvider
{
    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds =>
    [
        DiagnosticDescriptors.Generic.Id,
    ];

    private protected override void Offer(FixSite site)
    {
        if (site is { Type.TypeParameterList: { } parameters, Symbol: { DeclaringSyntaxReferences.Length: 1 } })
        {
            bool isUsed = site.Type.DescendantNodes().OfType<IdentifierNameSyntax>()
                .Any(name => parameters.Parameters.Any(parameter => parameter.Identifier.ValueText == name.Identifier.ValueText));
            if (!isUsed && site.Type.ConstraintClauses.Count == 0)
            {
                site.Register($"Remove {parameters}", new TextChange(parameters.Span, ""));
            }
        }
    }
}
