using System.Collections.Generic;
using System.Linq;
using System.Threading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace TrainDsl.CodeFixes;

/// <summary>A mistake and what surrounds it; takes the remedies that are offered.</summary>
internal sealed record FixSite(
    Diagnostic Diagnostic, SourceText Text, SemanticModel Model, SyntaxNode Node, TypeDeclarationSyntax Type, CancellationToken Cancellation)
{
    private readonly List<TextEdit> _edits = [];

    /// <summary>What was offered.</summary>
    public IReadOnlyList<TextEdit> Edits => _edits;

    /// <summary>The class in which the mistake is.</summary>
    public INamedTypeSymbol? Symbol => Model.GetDeclaredSymbol(Type, Cancellation) as INamedTypeSymbol;

    /// <summary>The argument of an attribute in which the mistake is.</summary>
    public AttributeArgumentSyntax? Argument => Node.FirstAncestorOrSelf<AttributeArgumentSyntax>();

    /// <summary>Offers a remedy; those of the same title do the same elsewhere.</summary>
    public void Register(string title, params TextChange[] changes) => RegisterAs(title, title, changes);

    /// <summary>Offers a remedy whose title names what differs from place to place.</summary>
    public void RegisterAs(string equivalenceKey, string title, params TextChange[] changes)
        => _edits.Add(new TextEdit(title, equivalenceKey, [.. changes.OrderBy(static change => change.Span.Start)]));

    /// <summary>Whether edits bring the file no error that it does not have already.</summary>
    public bool Fits(params TextChange[] changes)
    {
        SyntaxTree tree = Model.SyntaxTree;
        SyntaxTree edited = tree.WithChangedText(Text.WithChanges(changes.OrderBy(static change => change.Span.Start)));
        SemanticModel after = Model.Compilation.ReplaceSyntaxTree(tree, edited).GetSemanticModel(edited);
        ILookup<string, Diagnostic> before = Errors(Model);
        return Errors(after).All(errors => errors.Count() <= before[errors.Key].Count());
    }

    private ILookup<string, Diagnostic> Errors(SemanticModel model)
        => model.GetDiagnostics(cancellationToken: Cancellation)
            .Where(static diagnostic => diagnostic.Severity == DiagnosticSeverity.Error)
            .ToLookup(static diagnostic => diagnostic.Id);
}
