using System.Collections.Immutable;
using System.Composition;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;
using TrainDsl.Generator.Diagnostics;
using TrainDsl.Generator.Parsing;

namespace TrainDsl.CodeFixes;

/// <summary>Makes a constructor go through the generated one, or removes one that does nothing beside it.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(ConstructorCodeFixProvider))]
[Shared]
public sealed class ConstructorCodeFixProvider : TextEditCodeFixProvider
{
    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds =>
    [
        DiagnosticDescriptors.ConstructorBypassesGenerated.Id,
    ];

    private protected override void Offer(FixSite site)
    {
        if (site.Symbol is not { } definition)
        {
            return;
        }

        var attributes = new TrainingAttributes(definition, site.Cancellation);
        if (site.Node.FirstAncestorOrSelf<ConstructorDeclarationSyntax>() is { } constructor)
        {
            if (attributes.Dataset?.TypeArgument is INamedTypeSymbol { TypeKind: not TypeKind.Error } dataset)
            {
                OfferChain(site, constructor, dataset, attributes.Model?.TypeArgument);
            }
        }
        else if (site.Type.ParameterList is { } primary && !IsUsed(site, definition, primary))
        {
            site.Register("Remove the primary constructor", new TextChange(primary.Span, ""));
        }
    }

    private static void OfferChain(FixSite site, ConstructorDeclarationSyntax constructor, INamedTypeSymbol dataset, ITypeSymbol? model)
    {
        if (constructor.Initializer?.ArgumentList.Arguments.Count > 0
            || site.Model.GetDeclaredSymbol(constructor, site.Cancellation) is not { Parameters: var parameters })
        {
            return;
        }

        // One with the parameters of a generated constructor cannot go beside it.
        bool isGenerated = parameters.Length is 1 or 2 && SymbolEqualityComparer.Default.Equals(parameters[0].Type, dataset)
            && (parameters.Length == 1 || SymbolEqualityComparer.Default.Equals(parameters[1].Type, model));
        if (isGenerated)
        {
            if (constructor.Body?.Statements.Count == 0)
            {
                site.Register("Remove it: the generated constructor takes its place", SourceLines.RemoveMember(site.Text, constructor));
            }

            return;
        }

        string name = dataset.ToMinimalDisplayString(site.Model, site.Type.SpanStart);
        if (parameters.FirstOrDefault(parameter => SymbolEqualityComparer.Default.Equals(parameter.Type, dataset)) is { } given)
        {
            Chain(SymbolNames.Escaped(given.Name));
        }
        else if (dataset.InstanceConstructors.Any(candidate => candidate.Parameters.All(static parameter => parameter.IsOptional)
            && site.Model.IsAccessible(constructor.SpanStart, candidate)))
        {
            Chain($"new {name}()");
        }
        else if (parameters.Length > 0 && parameters.All(static parameter => parameter.Name != "dataset"))
        {
            Chain("dataset", new TextChange(new TextSpan(constructor.ParameterList.OpenParenToken.Span.End, 0), name + " dataset, "));
        }

        void Chain(string argument, params TextChange[] before)
        {
            string call = $"this({argument})";
            TextChange change = constructor.Initializer is { } initializer
                ? new TextChange(TextSpan.FromBounds(initializer.ThisOrBaseKeyword.SpanStart, initializer.Span.End), call)
                : new TextChange(
                    new TextSpan(constructor.ParameterList.Span.End, 0), SourceLines.NewLine(site.Text, constructor) + "    : " + call);
            site.Register($"Chain it with ': {call}'", [.. before, change]);
        }
    }

    // By name: where in doubt the parameters stay.
    private static bool IsUsed(FixSite site, INamedTypeSymbol definition, ParameterListSyntax primary)
        => definition.DeclaringSyntaxReferences
            .SelectMany(reference => reference.GetSyntax(site.Cancellation).DescendantNodes().OfType<IdentifierNameSyntax>())
            .Any(name => primary.Parameters.Any(parameter => parameter.Identifier.ValueText == name.Identifier.ValueText));
}
