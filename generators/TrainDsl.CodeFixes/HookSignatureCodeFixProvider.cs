using System.Collections.Immutable;
using System.Composition;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;
using TrainDsl.Generator.Diagnostics;

namespace TrainDsl.CodeFixes;

/// <summary>Gives a hook the signature by which the run calls it.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(HookSignatureCodeFixProvider))]
[Shared]
public sealed class HookSignatureCodeFixProvider : TextEditCodeFixProvider
{
    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds => [DiagnosticDescriptors.HookSignature.Id];

    private protected override ImmutableArray<string> FixAllIds => FixableDiagnosticIds;

    private protected override void Offer(FixSite site)
    {
        // A body that returns something was written for another purpose.
        if (site.Node.FirstAncestorOrSelf<MethodDeclarationSyntax>() is not { TypeParameterList: null } method
            || (method.Body is null && method.ExpressionBody is null)
            || method.ReturnType is not PredefinedTypeSyntax { Keyword.RawKind: (int)SyntaxKind.VoidKeyword })
        {
            return;
        }

        bool isStep = method.Identifier.ValueText == "OnStep";
        string name = method.ParameterList.Parameters.FirstOrDefault()?.Identifier.Text ?? (isStep ? "step" : "epoch");
        bool isAsync = method.Modifiers.Any(SyntaxKind.AsyncKeyword);

        // An asynchronous method cannot take its parameter by 'in': what awaits is to be written anew.
        if (isStep && isAsync && method.DescendantNodes().Any(static node => node is AwaitExpressionSyntax or CommonForEachStatementSyntax
            { AwaitKeyword.RawKind: (int)SyntaxKind.AwaitKeyword } or UsingStatementSyntax { AwaitKeyword.RawKind: (int)SyntaxKind.AwaitKeyword }
            or LocalDeclarationStatementSyntax { AwaitKeyword.RawKind: (int)SyntaxKind.AwaitKeyword }))
        {
            return;
        }

        string report = DslNames.Type(site.Model, site.Type, isStep ? "StepReport" : "EpochReport");
        int start = method.Modifiers.Count > 0 ? method.Modifiers[0].SpanStart : method.ReturnType.SpanStart;
        site.Register(
            "Give the hook its signature",
            new TextChange(
                TextSpan.FromBounds(start, method.ParameterList.Span.End),
                isStep ? $"partial void OnStep(in {report} {name})" : $"{(isAsync ? "async " : "")}partial void OnEpoch({report} {name})"));
    }
}
