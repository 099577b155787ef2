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

/// <summary>Mends one call over tensors in a loss, metric or forward pass, where one edit is right and compiles.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(TensorCallCodeFixProvider))]
[Shared]
public sealed class TensorCallCodeFixProvider : TextEditCodeFixProvider
{
    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds =>
    [
        DiagnosticDescriptors.MeanOfIntegers.Id,
        DiagnosticDescriptors.SumAsMean.Id,
        DiagnosticDescriptors.NoReduction.Id,
        DiagnosticDescriptors.ActivationTwice.Id,
        DiagnosticDescriptors.NoLogSoftmax.Id,
        DiagnosticDescriptors.DropoutWithoutTraining.Id,
        DiagnosticDescriptors.DisposedResult.Id,
        DiagnosticDescriptors.ChangesModel.Id,
        DiagnosticDescriptors.InPlace.Id,
        DiagnosticDescriptors.Broadcast.Id,
    ];

    private protected override void Offer(FixSite site)
    {
        if (site.Node.FirstAncestorOrSelf<ExpressionSyntax>() is not { } expression)
        {
            return;
        }

        (string Title, TextChange Change)? fix = site.Diagnostic.Id switch
        {
            "TDSL0913" => Converted(site, expression),
            "TDSL0914" or "TDSL0915" => Averaged(expression),
            "TDSL0916" => Bare(site, expression),
            "TDSL0917" => Wrapped(site, expression),
            "TDSL0918" => Told(site, expression),
            "TDSL0921" => Kept(site, expression),
            "TDSL0922" => expression.Parent is ExpressionStatementSyntax statement ? ("Remove " + expression, SourceLines.RemoveStatement(site.Text, statement)) : null,
            "TDSL0923" => Copied(expression),
            "TDSL0924" => ("Squeeze the output: .squeeze(1)", Appended(expression, ".squeeze(1)")),
            _ => null,
        };
        if (fix is { } offered && site.Fits(offered.Change))
        {
            site.Register(offered.Title, offered.Change);
        }
    }

    private static (string, TextChange)? Converted(FixSite site, ExpressionSyntax expression)
        => expression is InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax { Expression: { } tensor } }
            && site.Model.GetTypeInfo(tensor, site.Cancellation).Type is { } type && SymbolNames.IsTensor(type)
                ? ("Convert it to Float32 first", Appended(tensor, $".to_type({Named(site, "TorchSharp.torch+ScalarType", tensor)}.Float32)"))
                : null;

    private static (string, TextChange)? Averaged(ExpressionSyntax expression)
        => expression.DescendantNodes().OfType<ArgumentSyntax>().LastOrDefault(static argument
            => argument.Expression is MemberAccessExpressionSyntax { Name.Identifier.ValueText: "Sum" or "None" }) is { Parent: ArgumentListSyntax list } argument
            && list.Arguments.IndexOf(argument) is > 0 and var index
                ? ("Take the mean", new TextChange(TextSpan.FromBounds(list.Arguments[index - 1].Span.End, argument.Span.End), ""))
                : null;

    private static (string, TextChange)? Bare(FixSite site, ExpressionSyntax expression)
        => expression is InvocationExpressionSyntax call && site.Model.GetSymbolInfo(call, site.Cancellation).Symbol is IMethodSymbol { Name: "softmax" or "sigmoid" } method
            && (method.IsStatic && !method.IsExtensionMethod ? call.ArgumentList.Arguments.FirstOrDefault()?.Expression
                : (call.Expression as MemberAccessExpressionSyntax)?.Expression) is { } logits
                ? ("Remove " + method.Name, new TextChange(call.Span, logits.ToString()))
                : null;

    private static (string, TextChange)? Wrapped(FixSite site, ExpressionSyntax expression)
        => site.Model.GetSymbolInfo(expression, site.Cancellation).Symbol is IMethodSymbol { Name: "softmax" } ? null
            : ("Apply log_softmax", new TextChange(
                expression.Span, $"{Named(site, "TorchSharp.torch+nn+functional", expression)}.log_softmax({expression}, 1)"));

    private static (string, TextChange)? Told(FixSite site, ExpressionSyntax expression)
    {
        if (expression is not InvocationExpressionSyntax { ArgumentList: { } list } || site.Symbol is not { } type)
        {
            return null;
        }

        string? model = expression.FirstAncestorOrSelf<MethodDeclarationSyntax>()?.ParameterList.Parameters.FirstOrDefault()?.Identifier.Text;
        string training = SymbolNames.IsModule(type) ? "training" : model + ".training";
        return ("Pass the mode of the module", new TextChange(new TextSpan(list.CloseParenToken.SpanStart, 0), ", training: " + training));
    }

    private static (string, TextChange)? Kept(FixSite site, ExpressionSyntax expression)
    {
        // Disposed by its own declaration, it is kept by a plain one.
        if (expression is IdentifierNameSyntax name && expression.FirstAncestorOrSelf<MethodDeclarationSyntax>()?.DescendantNodes()
            .OfType<LocalDeclarationStatementSyntax>().FirstOrDefault(declaration => !declaration.UsingKeyword.Span.IsEmpty
                && declaration.Declaration.Variables.Any(variable => variable.Identifier.ValueText == name.Identifier.ValueText)) is { } disposed)
        {
            return ("Remove 'using'", new TextChange(TextSpan.FromBounds(disposed.UsingKeyword.SpanStart, disposed.Declaration.SpanStart), ""));
        }

        return site.Model.GetTypeInfo(expression, site.Cancellation).Type is { } type && SymbolNames.IsTensor(type)
            ? ("Move it to the outer scope", Appended(expression, ".MoveToOuterDisposeScope()"))
            : null;
    }

    private static (string, TextChange)? Copied(ExpressionSyntax expression)
        => expression is InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax { Name.Identifier: { } name } } call
            && call.Parent is not ExpressionStatementSyntax && name.ValueText.TrimEnd('_') is { Length: > 0 } copying
                ? ("Use " + copying, new TextChange(name.Span, copying))
                : null;

    private static TextChange Appended(ExpressionSyntax expression, string call)
        => expression is InvocationExpressionSyntax or IdentifierNameSyntax or MemberAccessExpressionSyntax or ParenthesizedExpressionSyntax or ElementAccessExpressionSyntax
            ? new TextChange(new TextSpan(expression.Span.End, 0), call)
            : new TextChange(expression.Span, $"({expression}){call}");

    private static string Named(FixSite site, string type, SyntaxNode at)
        => site.Model.Compilation.GetTypeByMetadataName(type)?.ToMinimalDisplayString(site.Model, at.SpanStart) ?? type.Replace('+', '.');
}
