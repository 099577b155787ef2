using System;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using TrainDsl.Generator.Tests.Support;

namespace TrainDsl.Generator.Tests.CodeFixes;

/// <summary>The same source as other people write it.</summary>
public static class Layout
{
    /// <summary>Nothing of the DSL is imported, lines end as on Windows, and all of it lies in a class.</summary>
    public const string Qualified = "qualified, CRLF, nested";

    /// <summary>One attribute list, all on one line, names imported within a namespace in braces.</summary>
    public const string OneLine = "one line";

    /// <summary>The attributes of a definition and its members are in different parts.</summary>
    public const string InParts = "in parts";

    /// <summary>A source in another layout.</summary>
    public static string Of(string source, string layout) => layout switch
    {
        Qualified => Nested(WithoutImport(source)).ReplaceLineEndings("\r\n"),
        OneLine => OnOneLine(source),
        InParts => Parts(source),
        _ => throw new ArgumentOutOfRangeException(nameof(layout)),
    };

    private static string WithoutImport(string source)
    {
        CSharpCompilation compilation = GeneratorRun.Compile(source);
        SyntaxTree tree = compilation.SyntaxTrees[0];
        return new Qualifier(compilation.GetSemanticModel(tree)).Visit(tree.GetRoot()).ToFullString().Replace("using TrainDsl;\n", "", StringComparison.Ordinal);
    }

    private static string Nested(string source)
    {
        const string Space = "namespace Sample;\n";
        int at = source.IndexOf(Space, StringComparison.Ordinal);
        int start = at < 0 ? source.LastIndexOf("using ", StringComparison.Ordinal) : at;
        start = source.IndexOf('\n', start) + 1;
        string body = source[start..].Trim('\n').Replace("\n", "\n    ", StringComparison.Ordinal);
        return source[..start] + "\npublic static partial class Outer\n{\n    " + body + "\n}\n";
    }

    private static string OnOneLine(string source)
    {
        string merged = source.Replace("]\n[", ", ", StringComparison.Ordinal).Replace("namespace Sample;\n", "", StringComparison.Ordinal);
        int start = merged.LastIndexOf("using ", StringComparison.Ordinal);
        int end = merged.IndexOf('\n', start);
        return "namespace Sample { " + (merged[..end] + merged[end..]).Replace('\n', ' ') + " }";
    }

    private static string Parts(string source)
    {
        const string Declaration = "public sealed partial class DigitTraining\n{\n";
        return source.Contains(Declaration, StringComparison.Ordinal)
            ? source.Replace(Declaration, "public sealed partial class DigitTraining;\n\npartial class DigitTraining\n{\n", StringComparison.Ordinal)
            : source;
    }

    private sealed class Qualifier(SemanticModel model) : CSharpSyntaxRewriter
    {
        public override SyntaxNode? VisitIdentifierName(IdentifierNameSyntax node) => Qualified(node);

        public override SyntaxNode? VisitGenericName(GenericNameSyntax node)
            => Qualified(node.WithTypeArgumentList((TypeArgumentListSyntax)Visit(node.TypeArgumentList)!), node);

        private SyntaxNode Qualified(SimpleNameSyntax node, SimpleNameSyntax? original = null)
        {
            original ??= node;
            SymbolInfo info = model.GetSymbolInfo(original);
            ISymbol? symbol = info.Symbol ?? info.CandidateSymbols.FirstOrDefault();
            INamedTypeSymbol? type = symbol as INamedTypeSymbol ?? (original.Parent is AttributeSyntax ? symbol?.ContainingType : null);
            bool isDsl = type is { ContainingType: null, ContainingNamespace: { Name: "TrainDsl", ContainingNamespace.IsGlobalNamespace: true } };
            return isDsl && original.Parent is not QualifiedNameSyntax
                ? SyntaxFactory.ParseName("TrainDsl." + node.WithoutTrivia().ToFullString()).WithTriviaFrom(node)
                : node;
        }
    }
}
