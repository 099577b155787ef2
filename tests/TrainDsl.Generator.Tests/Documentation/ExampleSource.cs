using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace TrainDsl.Generator.Tests.Documentation;

/// <summary>
/// What is compiled for a block of a page. A whole file stands alone. A fragment goes into the skeleton of its kind, beside the declarations of its page and the
/// types in the folder Skeletons that neither declares.
/// </summary>
internal static class ExampleSource
{
    private const string Block = "/* the block */";
    private const string Class = "/* the class */";

    // What every fragment may use. Other classes are added for a block of their members.
    private static readonly string[] s_types = ["DigitClassifier", "DigitImages", "DigitTraining"];

    /// <summary>The files of the compilation; the first has the block.</summary>
    public static string[] Of(MarkdownExample example, IEnumerable<MarkdownExample> page)
    {
        if (example.Kind.Length == 0)
        {
            return [example.Code];
        }

        string[] declarations = [.. page
            .Where(other => other.Kind == "declarations" && other != example && other.Shows.Count == 0)
            .Select(static other => other.Code)];
        string source = Wrapped(example);
        HashSet<string> declared = [.. declarations.Append(example.Kind == "declarations" ? source : "").SelectMany(TypesOf)];
        return
        [
            source, .. declarations, Skeleton("Usings"),
            .. s_types.Append(example.Of).Distinct().Where(type => type.Length > 0 && !declared.Contains(type)).Select(Skeleton),
        ];
    }

    private static string Wrapped(MarkdownExample example) => example.Kind switch
    {
        "declarations" => example.Code,
        "statements" => Skeleton("Statements").Replace(Block, example.Code, StringComparison.Ordinal),
        "members" => Skeleton("Members").Replace(Class, example.Of, StringComparison.Ordinal).Replace(Block, example.Code, StringComparison.Ordinal),
        "attributes" => Skeleton("Attributes").Replace(Block, example.Code, StringComparison.Ordinal),
        _ => throw new ArgumentOutOfRangeException(nameof(example), example.Kind, "There is no skeleton for it."),
    };

    private static IEnumerable<string> TypesOf(string source)
        => CSharpSyntaxTree.ParseText(source).GetRoot().ChildNodes().OfType<BaseTypeDeclarationSyntax>().Select(static type => type.Identifier.Text);

    private static string Skeleton(string name)
        => File.ReadAllText(Path.Combine(Repository.Root, "tests", "TrainDsl.Generator.Tests", "Documentation", "Skeletons", name + ".cs"));
}
