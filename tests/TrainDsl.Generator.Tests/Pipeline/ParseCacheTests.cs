using System;
using System.Linq;
using System.Threading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using TrainDsl.Generator.Model;
using TrainDsl.Generator.Parsing;
using TrainDsl.Generator.Tests.Support;
using Xunit;

namespace TrainDsl.Generator.Tests.Pipeline;

/// <summary>An edit in one file, where definitions in others depend on what is edited: a driver that goes on ends as one that begins anew.</summary>
public sealed class ParseCacheTests
{
    private const string Header = Definitions.Usings + "namespace Sample;\n\n";
    private const int Training = 0;
    private const int Model = 1;
    private const int Dataset = 2;
    private const int Numbers = 3;
    private const int OtherPart = 4;

    private static readonly string[] s_files =
    [
        Header + Definitions.With(Definitions.Training, "[GlobalBatch(64)]", "[GlobalBatch(Numbers.Batch)]"),
        Header + Definitions.Net,
        Header + Definitions.Dataset,
        Header + "public static class Numbers\n{\n    public const int Batch = 64;\n    public static readonly int Other = 1;\n\n"
            + "    public static int Sum(int a)\n    {\n        return a + 1;\n    }\n}\n",
        Header + "partial class DigitTraining\n{\n    private static int Twice(int n) => 2 * n;\n\n"
            + "    [Metric(\"m\")]\n    private static Tensor M(Net model, in Digits.Batch batch) => batch.Label;\n}\n",
    ];

    [Theory]
    [InlineData(Numbers, "Batch = 64", "Batch = 128")]
    [InlineData(Numbers, "Batch = 64", "Batch = 63")]
    [InlineData(Numbers, "class Numbers", "class AdamWAttribute;\n\npublic static class Numbers")]
    [InlineData(Numbers, "using TorchSharp;", "global using Tensor = System.String;\nusing TorchSharp;")]
    [InlineData(Model, "public Net()", "private Net()")]
    [InlineData(Model, "public Net()", "public Net(int size)")]
    [InlineData(Model, " : nn.Module<Tensor, Tensor>", "")]
    [InlineData(Model, "public sealed class", "public abstract class")]
    [InlineData(Model, "public sealed class", "internal sealed class")]
    [InlineData(Model, "namespace Sample;", "namespace Elsewhere;")]
    [InlineData(Dataset, "\"Label\"", "\"Class\"")]
    [InlineData(Dataset, "1, 8, 8", "1, 0, 8")]
    [InlineData(Dataset, " : IDataset", "")]
    [InlineData(Dataset, "partial class", "class")]
    [InlineData(Dataset, "long index", "int index")]
    [InlineData(OtherPart, "[Metric(\"m\")]", "[Loss]")]
    [InlineData(OtherPart, "(\"m\")", "(\"n\")")]
    [InlineData(OtherPart, "private static Tensor M", "private Tensor M")]
    [InlineData(OtherPart, "int Twice", "int Run")]
    public void WhatADefinitionDependsOnIsSeen(int file, string old, string replacement)
        => AssertAsFromTheBeginning(file, old, replacement, changes: true);

    [Theory]
    [InlineData(Numbers, "a + 1", "a + 2")]
    [InlineData(Numbers, "Other = 1", "Other = 2")]
    [InlineData(Model, "input.flatten(1)", "input.flatten(1).relu()")]
    [InlineData(Dataset, "index % 10", "index % 9")]
    [InlineData(OtherPart, "2 * n", "2 *\n n")]
    [InlineData(Training, "batch.Label)", "batch.Label) * 1")]
    public void WhatItDoesNotDependOnChangesNothing(int file, string old, string replacement)
        => AssertAsFromTheBeginning(file, old, replacement, changes: false);

    [Theory]
    [InlineData(Numbers, "a + 1", "a + 2", 1)]
    [InlineData(OtherPart, "2 * n", "3 * n", 2)]
    [InlineData(Numbers, "Batch = 64", "Batch = 128", 2)]
    public void ADefinitionIsParsedAgainOnlyWhereItHasTo(int file, string old, string replacement, int times)
    {
        int parsed = 0;
        CSharpCompilation compilation = GeneratorRun.Compile(s_files);
        Parse(compilation);
        Parse(Replace(compilation, file, Definitions.With(s_files[file], old, replacement)));
        GC.KeepAlive(compilation);
        Assert.Equal(times, parsed);

        void Parse(CSharpCompilation current)
        {
            TypeDeclarationSyntax declaration = current.SyntaxTrees[Training].GetRoot().DescendantNodes().OfType<ClassDeclarationSyntax>().Single();
            ParseResult<TrainingModel>? result = ParseCache<TrainingModel>.Get(
                declaration,
                current,
                definition =>
                {
                    parsed++;
                    return TrainingParser.Parse(definition, current, CancellationToken.None);
                },
                CancellationToken.None);
            Assert.NotNull(result?.Model);
        }
    }

    // The error moves down with the code that it is in, though nothing that is declared has changed.
    [Fact]
    public void AnErrorInAnotherPartMovesWithIt()
    {
        string[] files = [.. s_files];
        files[OtherPart] = Definitions.With(files[OtherPart], "private static Tensor M", "private Tensor M");
        CSharpCompilation compilation = GeneratorRun.Compile(files);
        GeneratorRun first = GeneratorRun.Of(compilation);
        GeneratorRun second = first.Then(Replace(compilation, OtherPart, Definitions.With(files[OtherPart], "2 * n", "2\n * n")));
        Assert.Equal(
            Assert.Single(first.Reported).Location.GetLineSpan().StartLinePosition.Line + 1,
            Assert.Single(second.Reported).Location.GetLineSpan().StartLinePosition.Line);
    }

    /// <summary>
    /// A class that an alias made a candidate is not one without the alias: what was known of it then keeps no project of that time alive. The driver keeps
    /// the latest project alive, so that results stand from one edit to the next.
    /// </summary>
    [Fact]
    public void AResultThatNobodyAsksForKeepsNoFilesAlive()
    {
        (GeneratorRun latest, WeakReference tree, WeakReference project) = RunWithAnAliasAndWithout();
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
        Assert.True(project.IsAlive);
        Assert.False(tree.IsAlive);
        GC.KeepAlive(latest.Driver);
    }

    [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.NoInlining)]
    private static (GeneratorRun Latest, WeakReference Tree, WeakReference Project) RunWithAnAliasAndWithout()
    {
        const string Alias = "global using T = TrainDsl.TrainingAttribute;\n";
        CSharpCompilation compilation = GeneratorRun.Compile([.. s_files, Alias, Header + "[T]\npublic sealed partial class Candidate;\n"]);
        var tree = new WeakReference(compilation.SyntaxTrees[s_files.Length]);
        GeneratorRun run = GeneratorRun.Of(compilation);
        compilation = Replace(compilation, s_files.Length, "");
        for (int edit = 0; edit < 3; edit++)
        {
            compilation = Replace(compilation, Numbers, Definitions.With(s_files[Numbers], "a + 1", $"a + 1{edit}"));
            run = run.Then(compilation);
        }

        return (run, tree, new WeakReference(compilation));
    }

    [Fact]
    public void AChangedReferenceIsSeen()
    {
        CSharpCompilation compilation = GeneratorRun.Compile(s_files);
        GeneratorRun first = GeneratorRun.Of(compilation);
        Assert.Empty(first.Reported);
        GeneratorRun second = first.Then(compilation.RemoveReferences(
            compilation.References.Single(static reference => reference.Display!.EndsWith("TorchSharp.dll", StringComparison.Ordinal))));
        Assert.NotEqual(first.Files["Sample.DigitTraining.g.cs"], second.Files["Sample.DigitTraining.g.cs"]);
    }

    private static void AssertAsFromTheBeginning(int file, string old, string replacement, bool changes)
    {
        CSharpCompilation compilation = GeneratorRun.Compile(s_files);
        GeneratorRun first = GeneratorRun.Of(compilation);
        Assert.Empty(first.Reported);
        string edited = Definitions.With(s_files[file], old, replacement);

        // Through a body and back, so that the state compared with is not the first one.
        GeneratorRun between = first.Then(Replace(compilation, Numbers, Definitions.With(s_files[Numbers], "a + 1", "a + 3")));
        GeneratorRun second = between.Then(Replace(compilation, file, edited));

        string[] files = [.. s_files];
        files[file] = edited;
        GeneratorRun anew = GeneratorRun.Of(files);
        Assert.Equal(anew.Files.OrderBy(static pair => pair.Key), second.Files.OrderBy(static pair => pair.Key));
        Assert.Equal(Texts(anew), Texts(second));
        Assert.Equal(changes, Texts(first).Length != Texts(second).Length || first.Files.Count != second.Files.Count
            || first.Files.Any(pair => second.Files[pair.Key] != pair.Value));
    }

    private static string[] Texts(GeneratorRun run) => [.. run.Reported.Select(static diagnostic => diagnostic.ToString()).Order()];

    private static CSharpCompilation Replace(CSharpCompilation compilation, int file, string text)
    {
        SyntaxTree tree = compilation.SyntaxTrees[file];
        return compilation.ReplaceSyntaxTree(tree, CSharpSyntaxTree.ParseText(text, path: tree.FilePath));
    }
}
