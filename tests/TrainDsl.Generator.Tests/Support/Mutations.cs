using System;
using System.Collections.Generic;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace TrainDsl.Generator.Tests.Support;

/// <summary>Source as it is while someone types it: a token that is missing, twice there or the last.</summary>
internal static class Mutations
{
    private const int Kinds = 3;

    /// <summary>Every deletion and doubling of a token, and every other truncation at one.</summary>
    public static IEnumerable<string> All(string source)
        => Tokens(source).SelectMany((token, index) => Enumerable.Range(0, index % 2 == 0 ? Kinds : Kinds - 1).Select(kind => Mutate(source, token, kind)));

    /// <summary>Sources with two such changes.</summary>
    public static IEnumerable<string> Pairs(string source, int count, Random random)
        => Enumerable.Range(0, count).Select(_ => One(One(source, random), random));

    /// <summary>A deletion, doubling or truncation at some token.</summary>
    public static string One(string source, Random random)
    {
        SyntaxToken[] tokens = Tokens(source);
        return tokens.Length == 0 ? source : Mutate(source, tokens[random.Next(tokens.Length)], random.Next(Kinds));
    }

    private static SyntaxToken[] Tokens(string source)
        => [.. CSharpSyntaxTree.ParseText(source).GetRoot().DescendantTokens().Where(static token => !token.Span.IsEmpty)];

    private static string Mutate(string source, SyntaxToken token, int kind) => kind switch
    {
        0 => source.Remove(token.SpanStart, token.Span.Length),
        1 => source.Insert(token.Span.End, " " + token.Text),
        _ => source[..token.Span.End],
    };
}
