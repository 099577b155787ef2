using System;
using System.Collections.Immutable;
using System.Linq;
using System.Runtime.CompilerServices;
using System.Threading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace TrainDsl.Generator.Parsing;

/// <summary>What definitions parsed to, for as long as neither they nor what their project declares changes.</summary>
/// <remarks>
/// After every keystroke anywhere there is a compilation that has bound nothing yet. Most keystrokes are in the
/// bodies of other classes, which a definition does not depend on: then the earlier result stands, and nothing is bound for it. Results hold no
/// symbols, and are kept only as long as the syntax that they were parsed from is alive.
/// </remarks>
internal static class ParseCache<TModel>
    where TModel : class, IEquatable<TModel>
{
    private static readonly ConditionalWeakTable<SyntaxNode, Entry> s_entries = new();

    /// <summary>The result for a declaration of a class: the earlier one where it still stands, else that of <paramref name="parse"/>.</summary>
    public static ParseResult<TModel>? Get(
        TypeDeclarationSyntax declaration,
        Compilation compilation,
        Func<INamedTypeSymbol, ParseResult<TModel>?> parse,
        CancellationToken cancellation)
    {
        Entry entry = s_entries.GetValue(declaration, static _ => new Entry());
        if (entry.Latest is { } latest && latest.StandsIn(compilation))
        {
            return latest.Result;
        }

        if (compilation.GetSemanticModel(declaration.SyntaxTree).GetDeclaredSymbol(declaration, cancellation) is not { } type)
        {
            return null;
        }

        DeclaredState declared = DeclaredState.Of(compilation);
        ParseResult<TModel>? result = parse(type);
        ImmutableArray<SyntaxTree> otherParts =
            [.. type.DeclaringSyntaxReferences.Select(static part => part.SyntaxTree).Where(tree => tree != declaration.SyntaxTree)];
        entry.Latest = new Parsed(new(declared), otherParts, result);
        return result;
    }

    private sealed class Entry
    {
        // Replaced as a whole: several drivers may parse one declaration at a time.
        public volatile Parsed? Latest;
    }

    // Of other parts of the class the text itself counts: diagnostics are at places in it. The state has all files of a project: it lives as long as a
    // compilation that it describes, and is not kept by a result that nobody asks for any more.
    private sealed record Parsed(WeakReference<DeclaredState> Declared, ImmutableArray<SyntaxTree> OtherParts, ParseResult<TModel>? Result)
    {
        public bool StandsIn(Compilation compilation)
            => Declared.TryGetTarget(out DeclaredState? declared) && declared.Describes(compilation) && OtherParts.All(compilation.ContainsSyntaxTree);
    }
}
