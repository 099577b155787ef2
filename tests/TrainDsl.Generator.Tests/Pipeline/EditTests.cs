using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Text;
using TrainDsl.Generator.Parsing;
using TrainDsl.Generator.Tests.Support;
using Xunit;

namespace TrainDsl.Generator.Tests.Pipeline;

/// <summary>After any edit, typed or read anew from the disk, a driver that goes on ends as one that begins.</summary>
public sealed class EditTests
{
    private const string Header = Definitions.Usings + "namespace Sample;\n\n";
    private const int Edits = 60;

    // Files with alternatives between braces: {a|b}. An edit takes another alternative.
    private static readonly string[] s_templates =
    [
        Header + Definitions.Training.Replace("{", "{{", StringComparison.Ordinal).Replace("}", "}}", StringComparison.Ordinal)
            .Replace("[MicroBatch(64)]", "[MicroBatch({Config.Micro|(int)Size.Small|8})]", StringComparison.Ordinal)
            .Replace("batch.Label);", "batch.Label){| * 1};", StringComparison.Ordinal)
            .Replace("[Epochs(2)]", "[Epochs(2)]{|\n[Seed(Config.Seed)]}", StringComparison.Ordinal),
        Header + "partial class DigitTraining\n{{\n    [Metric({\"m\"|\"n\"|Config.Name})]\n    private static Tensor M(Net model, in Digits.Batch batch) => batch.Label;{|\n\n"
            + "    private const int Seed = 1;}\n}}\n",
        Header + "public static class Config\n{{\n    private static readonly object s_lock = {new()|null!};\n    public const int Micro = {32|16|33|8 8};\n"
            + "    public const string Name = {\"m\"|\"k\"};\n    public const long Seed = {1|2};\n\n    public static int Sum(int a{| = 1})\n    {{\n        return a + {1|2};\n    }}\n}}\n",
        Header + "public static class Other\n{{\n    public static int X = {1|2}, Y = {3|4};\n}}\n\npublic enum Size\n{{\n    Small = {32|16},\n}}\n",
        Header + Definitions.Net.Replace("{", "{{", StringComparison.Ordinal).Replace("}", "}}", StringComparison.Ordinal)
            .Replace("public Net()", "public Net({|int width|int width = 3})", StringComparison.Ordinal)
            .Replace("nn.Linear(64, 10)", "nn.Linear(64, {10|11})", StringComparison.Ordinal),
        Header + Definitions.Dataset.Replace("{", "{{", StringComparison.Ordinal).Replace("}", "}}", StringComparison.Ordinal)
            .Replace("\"Label\"", "{\"Label\"|Config.Name}", StringComparison.Ordinal)
            .Replace("1, 8, 8", "1, {8|(long)Size.Small}, 8", StringComparison.Ordinal)
            .Replace(": IDataset", "{: IDataset|}", StringComparison.Ordinal)
            .Replace("index % 10", "index % {10|9}", StringComparison.Ordinal),
        Header + "public static class Program\n{{\n    public static int F() => {1|2}; {|}\n}}\n",
    ];

    public static TheoryData<int, bool> Runs => new() { { 1, true }, { 2, true }, { 3, false }, { 4, false } };

    [Theory]
    [MemberData(nameof(Runs))]
    public void AnyEditIsSeen(int seed, bool reread)
    {
        // Deterministic pseudo-random numbers: the linear congruential generator of Numerical Recipes.
        uint state = (uint)seed;
        int Next(int bound)
        {
            state = unchecked((state * 1664525) + 1013904223);
            return (int)((state >> 8) % (uint)bound);
        }

        int[][] choices = [.. s_templates.Select(static template => new int[Slots(template).Count])];
        string[] texts = [.. s_templates.Select((template, file) => Text(template, choices[file]))];
        CSharpCompilation compilation = GeneratorRun.Compile(texts);
        GeneratorRun run = GeneratorRun.Of(compilation);
        for (int edit = 0; edit < Edits; edit++)
        {
            int file = Next(s_templates.Length);
            int slot = Next(choices[file].Length);
            choices[file][slot] = Next(Slots(s_templates[file])[slot].Length);
            string text = Text(s_templates[file], choices[file]);
            SyntaxTree old = compilation.SyntaxTrees.Single(tree => tree.FilePath == $"File{file}.cs");

            // Typed, the parser takes over what has not changed; read anew, nothing is the same object.
            SyntaxTree edited = reread || Next(3) == 0
                ? CSharpSyntaxTree.ParseText(text, path: old.FilePath)
                : old.WithChangedText(Changed(old.GetText(), text));
            compilation = compilation.ReplaceSyntaxTree(old, edited);
            texts[file] = text;
            run = run.Then(compilation);
            GeneratorRun anew = GeneratorRun.Of(texts);
            Assert.Equal(anew.Files.OrderBy(static pair => pair.Key), run.Files.OrderBy(static pair => pair.Key));
            Assert.Equal(Messages(anew), Messages(run));
        }
    }

    [Theory]
    [InlineData("public const int Micro = 32;", "public const int Micro = 16;", "micro-batch 16 ")]
    [InlineData("public const int Micro = 32;", "public const int Micro = 33;", "TDSL0104")]
    public void AConstantAfterAFieldIsSeenWhenItsFileIsReadAnew(string old, string replacement, string expected)
    {
        const string Config = "public static class Config\n{\n    private static readonly object s_lock = new();\n    public const int Micro = 32;\n}\n";
        string training = Definitions.With(Definitions.All, "[MicroBatch(64)]", "[MicroBatch(Config.Micro)]");
        CSharpCompilation compilation = GeneratorRun.Compile(training, Config);
        GeneratorRun first = GeneratorRun.Of(compilation);
        SyntaxTree tree = compilation.SyntaxTrees[1];
        GeneratorRun second = first.Then(compilation.ReplaceSyntaxTree(
            tree, CSharpSyntaxTree.ParseText(Definitions.With(Config, old, replacement), path: tree.FilePath)));
        Assert.Contains(expected, second.Files["Sample.DigitTraining.g.cs"] + string.Concat(Messages(second)), StringComparison.Ordinal);
    }

    /// <summary>The compiler orders the parts of a class by the history of edits; a diagnostic stays in the part that has the attribute.</summary>
    [Fact]
    public void ADiagnosticOfTheClassIsInThePartWithTheAttribute()
    {
        string training = Definitions.With(Definitions.All, "[Epochs(2)]\n", "");
        string[] files = ["namespace Sample;\n\npartial class DigitTraining\n{\n}\n", training, "namespace Sample;\n\npartial class DigitTraining\n{\n}\n"];
        CSharpCompilation compilation = GeneratorRun.Compile(files);
        GeneratorRun run = GeneratorRun.Of(compilation);
        foreach (int file in new[] { 1, 0, 2, 1 })
        {
            Assert.Equal("File1.cs", Assert.Single(run.Reported).Location.SourceTree!.FilePath);
            SyntaxTree tree = compilation.SyntaxTrees[file];
            compilation = compilation.ReplaceSyntaxTree(tree, CSharpSyntaxTree.ParseText(files[file] + "\n", path: tree.FilePath));
            run = run.Then(compilation);
        }
    }

    /// <summary>Whichever of several definitions an edit is in, it alone is read again.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void AnEditInADefinitionHasThatOneReadAgain(int edited)
    {
        string[] files = [.. Enumerable.Range(0, 3).Select(static number => Definitions.Usings + "namespace Sample;\n\n"
            + Definitions.Training.Replace("DigitTraining", $"Training{number}", StringComparison.Ordinal)), Definitions.Usings
            + "namespace Sample;\n\n" + Definitions.Net + Definitions.Dataset];
        CSharpCompilation compilation = GeneratorRun.Compile(files);
        Assert.Equal(["Training0", "Training1", "Training2"], Read(compilation));
        SyntaxTree tree = compilation.SyntaxTrees[edited];
        compilation = compilation.ReplaceSyntaxTree(
            tree, CSharpSyntaxTree.ParseText(files[edited].Replace("batch.Label);", "batch.Label) * 1;", StringComparison.Ordinal), path: tree.FilePath));
        Assert.Equal([$"Training{edited}"], Read(compilation));

        static List<string> Read(CSharpCompilation compilation)
        {
            var read = new List<string>();
            Assert.Equal(3, DefinitionFinder.Find(
                compilation,
                "Training",
                (type, project, cancellation) =>
                {
                    read.Add(type.Name);
                    return TrainingParser.Parse(type, project, cancellation);
                },
                CancellationToken.None).Count());
            return read;
        }
    }

    private static string[] Messages(GeneratorRun run) => [.. run.Reported.Select(static diagnostic => diagnostic.ToString()).Order(StringComparer.Ordinal)];

    // The text with what differs in the middle replaced: as little as an editor replaces.
    private static SourceText Changed(SourceText old, string text)
    {
        string before = old.ToString();
        int start = 0;
        while (start < before.Length && start < text.Length && before[start] == text[start])
        {
            start++;
        }

        int end = 0;
        while (end < before.Length - start && end < text.Length - start && before[^(end + 1)] == text[^(end + 1)])
        {
            end++;
        }

        return old.WithChanges(new TextChange(TextSpan.FromBounds(start, before.Length - end), text[start..^end]));
    }

    private static List<string[]> Slots(string template)
    {
        var slots = new List<string[]>();
        _ = Walk(template, alternatives =>
        {
            slots.Add(alternatives);
            return "";
        });
        return slots;
    }

    private static string Text(string template, int[] choices)
    {
        int slot = 0;
        return Walk(template, alternatives => alternatives[choices[slot++]]);
    }

    private static string Walk(string template, Func<string[], string> choose)
    {
        var text = new System.Text.StringBuilder();
        for (int i = 0; i < template.Length; i++)
        {
            char character = template[i];
            bool isDoubled = i + 1 < template.Length && template[i + 1] == character;
            if (character is '{' or '}' && isDoubled)
            {
                text.Append(character);
                i++;
            }
            else if (character == '{')
            {
                int close = template.IndexOf('}', i);
                text.Append(choose(template[(i + 1)..close].Split('|')));
                i = close;
            }
            else
            {
                text.Append(character);
            }
        }

        return text.ToString();
    }
}
