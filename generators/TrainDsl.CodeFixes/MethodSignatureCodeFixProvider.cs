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

/// <summary>Gives a loss, a metric, a model factory or Read the signature that it must have.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(MethodSignatureCodeFixProvider))]
[Shared]
public sealed class MethodSignatureCodeFixProvider : TextEditCodeFixProvider
{
    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds =>
    [
        DiagnosticDescriptors.ScoreNotStatic.Id,
        DiagnosticDescriptors.ScoreParameters.Id,
        DiagnosticDescriptors.ScoreReturnType.Id,
        DiagnosticDescriptors.ModelFactorySignature.Id,
        DiagnosticDescriptors.ReadSignature.Id,
    ];

    // Of several ways to return, one is chosen for each method.
    private protected override ImmutableArray<string> FixAllIds =>
    [
        DiagnosticDescriptors.ScoreNotStatic.Id,
        DiagnosticDescriptors.ScoreParameters.Id,
        DiagnosticDescriptors.ReadSignature.Id,
    ];

    private protected override void Offer(FixSite site)
    {
        if (site.Node.FirstAncestorOrSelf<MethodDeclarationSyntax>() is not { } method)
        {
            return;
        }

        if (site.Diagnostic.Id == DiagnosticDescriptors.ReadSignature.Id)
        {
            OfferRead(site, method);
        }
        else if (site.Diagnostic.Id == DiagnosticDescriptors.ScoreReturnType.Id)
        {
            OfferReturnType(site, method, "TorchSharp.torch+Tensor");
            OfferReturnType(site, method, "TrainDsl.WeightedSum");
        }
        else if (site.Diagnostic.Id == DiagnosticDescriptors.ModelFactorySignature.Id)
        {
            OfferFactory(site, method);
        }
        else if (site.Diagnostic.Id == DiagnosticDescriptors.ScoreNotStatic.Id)
        {
            // A generic one has another mistake.
            var change = new TextChange(new TextSpan(method.ReturnType.SpanStart, 0), "static ");
            if (!method.Modifiers.Any(SyntaxKind.StaticKeyword) && site.Fits(change))
            {
                site.Register("Make it static", change);
            }
        }
        else if (method.ParameterList.Parameters is { Count: 2 } parameters && site.Node.FirstAncestorOrSelf<ParameterSyntax>() == parameters[1]
            && parameters[1] is { Modifiers.Count: 0, Type: { } type } && type.ToString().EndsWith("Batch", System.StringComparison.Ordinal))
        {
            site.Register("Pass the batch by 'in'", new TextChange(new TextSpan(type.SpanStart, 0), "in "));
        }
    }

    // What the method returns now has to be of the other type already: a tensor declared as object, a sum declared by its base.
    private static void OfferReturnType(FixSite site, MethodDeclarationSyntax method, string metadataName)
    {
        if (site.Model.Compilation.GetTypeByMetadataName(metadataName)?.ToMinimalDisplayString(site.Model, method.SpanStart) is { } name)
        {
            var change = new TextChange(method.ReturnType.Span, name);
            if (site.Fits(change))
            {
                site.Register($"Return {name}", change);
            }
        }
    }

    private static void OfferFactory(FixSite site, MethodDeclarationSyntax method)
    {
        if (site.Symbol is not { } definition || method.TypeParameterList is not null
            || new TrainingAttributes(definition, site.Cancellation).Model?.TypeArgument is not INamedTypeSymbol { TypeKind: TypeKind.Class } model)
        {
            return;
        }

        bool isStatic = method.Modifiers.Any(SyntaxKind.StaticKeyword);
        string name = model.ToMinimalDisplayString(site.Model, method.SpanStart);
        TextChange[] changes =
        [
            new TextChange(method.ReturnType.Span, isStatic ? name : "static " + name),
            new TextChange(method.ParameterList.Span, "()"),
        ];
        if (site.Fits(changes))
        {
            site.Register("Give the factory its signature", changes);
        }
    }

    private static void OfferRead(FixSite site, MethodDeclarationSyntax method)
    {
        SeparatedSyntaxList<ParameterSyntax> parameters = method.ParameterList.Parameters;
        if (parameters.Count != 2 || method.TypeParameterList is not null || method.Modifiers.Any(SyntaxKind.AsyncKeyword))
        {
            return;
        }

        int start = method.Modifiers.Count > 0 ? method.Modifiers[0].SpanStart : method.ReturnType.SpanStart;
        site.Register(
            "Give Read its signature",
            new TextChange(
                TextSpan.FromBounds(start, method.ParameterList.Span.End),
                $"public partial void Read(long {parameters[0].Identifier.Text}, in Row {parameters[1].Identifier.Text})"));
    }
}
