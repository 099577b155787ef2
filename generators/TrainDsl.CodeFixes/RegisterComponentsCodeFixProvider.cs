using System.Collections.Immutable;
using System.Composition;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;
using TrainDsl.Generator.Diagnostics;

namespace TrainDsl.CodeFixes;

/// <summary>Calls <c>RegisterComponents</c> last in the constructor of a module.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(RegisterComponentsCodeFixProvider))]
[Shared]
public sealed class RegisterComponentsCodeFixProvider : TextEditCodeFixProvider
{
    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds =>
    [
        DiagnosticDescriptors.LateLayers.Id,
        DiagnosticDescriptors.NothingRegistered.Id,
    ];

    private protected override void Offer(FixSite site)
    {
        ConstructorDeclarationSyntax[] constructors = [.. site.Type.Members.OfType<ConstructorDeclarationSyntax>()];
        if (constructors is not [{ Body: { } body }])
        {
            return;
        }

        ExpressionStatementSyntax? call = body.Statements.OfType<ExpressionStatementSyntax>()
            .FirstOrDefault(static statement => statement.Expression is InvocationExpressionSyntax { Expression: IdentifierNameSyntax { Identifier.ValueText: "RegisterComponents" } });
        if (body.Statements.Count > 0 && call != body.Statements.Last() && (call is not null) == (site.Diagnostic.Id == DiagnosticDescriptors.LateLayers.Id))
        {
            StatementSyntax last = body.Statements.Last();
            var add = new TextChange(new TextSpan(last.Span.End, 0), SourceLines.NewLine(site.Text, last) + "RegisterComponents();");
            site.Register("Call RegisterComponents last", call is null ? [add] : [SourceLines.RemoveStatement(site.Text, call), add]);
        }
        else if (body.Statements.Count == 0 && call is null && site.Diagnostic.Id == DiagnosticDescriptors.NothingRegistered.Id)
        {
            site.Register("Call RegisterComponents last", new TextChange(
                new TextSpan(body.OpenBraceToken.Span.End, 0), SourceLines.NewLine(site.Text, body) + "    RegisterComponents();"));
        }
    }
}
