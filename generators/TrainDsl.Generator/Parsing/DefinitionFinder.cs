using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Runtime.CompilerServices;
using System.Threading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace TrainDsl.Generator.Parsing;

/// <summary>Finds the classes that an attribute of this DSL makes definitions.</summary>
/// <remarks>
/// It does what <c>ForAttributeWithMetadataName</c> does, in another order: that one binds the attributes of every match in every compilation, before
/// it hands over anything, which is most of what a keystroke would cost (docs/performance-editor.md). Here a class that may be a definition is looked
/// up among earlier results first, and bound only where there is none that stands.
/// </remarks>
internal static class DefinitionFinder
{
    private const string Suffix = "Attribute";

    private static readonly ConditionalWeakTable<SyntaxTree, AttributedTypes> s_files = new();

    /// <summary>The results of the classes with an attribute, in the order of the source.</summary>
    /// <param name="compilation">The project.</param>
    /// <param name="attribute">The attribute's name as it is written in brackets.</param>
    /// <param name="parse">Reads a definition.</param>
    /// <param name="cancellation">Stops the work.</param>
    public static IEnumerable<ParseResult<TModel>> Find<TModel>(
        Compilation compilation,
        string attribute,
        Func<INamedTypeSymbol, Compilation, CancellationToken, ParseResult<TModel>> parse,
        CancellationToken cancellation)
        where TModel : class, IEquatable<TModel>
    {
        AttributedTypes[] files = [.. compilation.SyntaxTrees.Select(static file => s_files.GetValue(file, static file => new AttributedTypes(file)))];
        var globalAliases = new HashSet<string>(files.SelectMany(static file => file.GlobalAliases), StringComparer.Ordinal);
        foreach (AttributedTypes file in files)
        {
            foreach ((TypeDeclarationSyntax declaration, ImmutableArray<string> names) in file.Types)
            {
                cancellation.ThrowIfCancellationRequested();
                if (names.Any(name => Means(name, attribute) || file.Aliases.Contains(name) || globalAliases.Contains(name))
                    && ParseCache<TModel>.Get(
                        declaration,
                        compilation,
                        type => IsFirstPart(type, declaration, attribute, cancellation) ? parse(type, compilation, cancellation) : null,
                        cancellation) is { } result)
                {
                    yield return result;
                }
            }
        }
    }

    private static bool Means(string written, string attribute)
        => written.StartsWith(attribute, StringComparison.Ordinal)
            && (written.Length == attribute.Length || (written.Length == attribute.Length + Suffix.Length && written.EndsWith(Suffix, StringComparison.Ordinal)));

    // A class may have the attribute on several of its parts: it is one definition all the same.
    private static bool IsFirstPart(INamedTypeSymbol type, SyntaxNode declaration, string attribute, CancellationToken cancellation)
        => DslAttribute.Of(type, cancellation).FirstOrDefault(candidate => candidate.Name == attribute)?.Location is { } first
            && first.SourceTree == declaration.SyntaxTree && declaration.Span.Contains(first.SourceSpan);

    // What there is to know of a file without binding it. A file is walked once; bodies are not entered.
    private sealed class AttributedTypes
    {
        public AttributedTypes(SyntaxTree file)
        {
            var aliases = new HashSet<string>(StringComparer.Ordinal);
            var globalAliases = ImmutableArray.CreateBuilder<string>();
            var types = ImmutableArray.CreateBuilder<(TypeDeclarationSyntax, ImmutableArray<string>)>();
            foreach (SyntaxNode node in file.GetRoot().DescendantNodes(
                static node => node is CompilationUnitSyntax or BaseNamespaceDeclarationSyntax or TypeDeclarationSyntax))
            {
                if (node is TypeDeclarationSyntax { AttributeLists.Count: > 0 } type)
                {
                    types.Add((type, [.. type.AttributeLists.SelectMany(static list => list.Attributes).Select(static written => Name(written.Name))]));
                }
                else if (node is UsingDirectiveSyntax { Alias.Name.Identifier.ValueText: { } alias } directive)
                {
                    // An alias that ends in Attribute may be written without.
                    string[] names = alias.EndsWith(Suffix, StringComparison.Ordinal) ? [alias, alias.Substring(0, alias.Length - Suffix.Length)] : [alias];
                    if (directive.GlobalKeyword.IsKind(SyntaxKind.GlobalKeyword))
                    {
                        globalAliases.AddRange(names);
                    }
                    else
                    {
                        aliases.UnionWith(names);
                    }
                }
            }

            Aliases = aliases;
            GlobalAliases = globalAliases.ToImmutable();
            Types = types.ToImmutable();
        }

        public HashSet<string> Aliases { get; }

        public ImmutableArray<string> GlobalAliases { get; }

        public ImmutableArray<(TypeDeclarationSyntax Declaration, ImmutableArray<string> AttributeNames)> Types { get; }

        private static string Name(NameSyntax name) => name switch
        {
            QualifiedNameSyntax qualified => qualified.Right.Identifier.ValueText,
            AliasQualifiedNameSyntax qualified => qualified.Name.Identifier.ValueText,
            SimpleNameSyntax simple => simple.Identifier.ValueText,
            _ => "",
        };
    }
}
