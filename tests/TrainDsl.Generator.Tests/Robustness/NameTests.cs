using System;
using System.Collections.Generic;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using TrainDsl.Generator.Emission;
using TrainDsl.Generator.Tests.Support;
using Xunit;

namespace TrainDsl.Generator.Tests.Robustness;

/// <summary>Users may name things as they like: what they name compiles, or is an error of this catalogue, and never one in a generated file.</summary>
public sealed class NameTests
{
    private const string Attributes = "[GlobalBatch(64)]\n[MicroBatch(64)]\n[Epochs(2)]\n[AdamW]\n";

    // Source in which one thing has the name NAME, written with an @.
    private static readonly Dictionary<string, string> s_positions = new(StringComparer.Ordinal)
    {
        ["definition"] = Definitions.All.Replace("DigitTraining", "@NAME", StringComparison.Ordinal),
        ["dataset"] = Definitions.All.Replace("Digits", "@NAME", StringComparison.Ordinal),
        ["model"] = Definitions.All.Replace("Net", "@NAME", StringComparison.Ordinal).Replace("\"@NAME\"", "\"n\"", StringComparison.Ordinal),
        ["namespace"] = Definitions.All.Replace("namespace Sample;", "namespace Sample.@NAME;", StringComparison.Ordinal),
        ["container"] = Definitions.Usings + "namespace Sample;\n\npublic static partial class @NAME\n{\n" + Definitions.Net + Definitions.Dataset
            + Definitions.Training + "}\n",
        ["loss"] = Definitions.All.Replace("Tensor Loss(", "Tensor @NAME(", StringComparison.Ordinal),
        ["metric"] = Definitions.With(Definitions.All, "    [Loss]", "    [Metric(\"NAME\")]\n"
            + "    private static Tensor @NAME(Net model, in Digits.Batch batch) => model.call(batch.Pixels).mean();\n\n    [Loss]"),
        ["factory"] = Definitions.With(Definitions.All, "    [Loss]", "    [ModelFactory]\n    private static Net @NAME() => new();\n\n    [Loss]"),
        ["column"] = Definitions.All.Replace("\"Pixels\"", "\"NAME\"", StringComparison.Ordinal).Replace(".Pixels", ".@NAME", StringComparison.Ordinal),
        ["member"] = Definitions.With(Definitions.All, "    [Loss]", "    private static readonly int @NAME = 1;\n\n    [Loss]"),
        ["parameters"] = Definitions.All.Replace("long index", "long @NAME", StringComparison.Ordinal).Replace("= index", "= @NAME", StringComparison.Ordinal),
    };

    public static TheoryData<string> Positions => [.. s_positions.Keys];

    private static IEnumerable<string> Keywords => SyntaxFacts.GetKeywordKinds().Concat(SyntaxFacts.GetContextualKeywordKinds())
        .Select(static kind => SyntaxFacts.GetText(kind))
        .Concat(["_", "allows", "dynamic", "extension", "field", "file", "nint", "notnull", "nuint", "record", "required", "scoped", "unmanaged", "var"])
        .Where(static word => SyntaxFacts.IsValidIdentifier(word.TrimStart('_').Length == 0 ? "x" : word))
        .Distinct();

    [Theory]
    [MemberData(nameof(Positions))]
    public void AKeywordMayBeAName(string position) => AssertSound(position, Keywords);

    [Theory]
    [MemberData(nameof(Positions))]
    public void ANameOfGeneratedCodeMayBeAName(string position)
        => AssertSound(position, EmittedNames.Training.Concat(EmittedNames.Locals).Concat(EmittedNames.Dataset).Concat(EmittedNames.RowsAndBatches)
            .Concat(EmittedNames.Hooks));

    /// <summary>A file with a loop that uses everything: each name in it is in the table.</summary>
    [Fact]
    public void TheTableHasEveryEmittedNameAndNoOther()
    {
        string[] definitions =
        [
            "[GlobalBatch(64)]\n[MicroBatch(Auto = true)]\n[Devices(2, Buffers = BufferRule.Averaged)]\n[Epochs(20)]\n[MaxSteps(9)]\n[Adam]\n[ClipGradNorm(1.0)]\n"
                + "[NonFinite]\n[Checkpoint(EverySteps = 500, KeepBest = \"loss\")]\n[CosineDecay(WarmupSteps = 1)]\n",
            "[GlobalBatch(64)]\n[GradientAccumulation(4)]\n[MaxSteps(500)]\n[Sgd]\n[StepDecay(30, WarmupSteps = 5)]\n",
            "[GlobalBatch(64)]\n[GradientAccumulation(4)]\n[MaxSteps(500)]\n[Sgd]\n[LinearDecay(DecaySteps = 30)]\n",
            Attributes,
        ];
        string[] sources =
        [
            .. definitions.Select(static attributes => Definitions.With(Definitions.All, Attributes, attributes)),
            Definitions.With(Definitions.With(Definitions.All, Attributes, definitions[1]), "[Dataset<Digits>]", "[Dataset<Digits>(DropLast = true)]"),
            Definitions.With(
                Definitions.With(Definitions.All, "private static Tensor Loss", "private static WeightedSum Loss"),
                "=> nn.functional.cross_entropy(model.call(batch.Pixels), batch.Label);",
                "=> new(model.call(batch.Pixels).sum(), torch.tensor(1f));"),
        ];
        var members = new HashSet<string>(StringComparer.Ordinal);
        var locals = new HashSet<string>(StringComparer.Ordinal);
        var datasetMembers = new HashSet<string>(StringComparer.Ordinal);
        var rowMembers = new HashSet<string>(StringComparer.Ordinal);
        foreach (GeneratorRun run in sources.Select(static source => GeneratorRun.Of(source)))
        {
            Assert.DoesNotContain(run.BuildDiagnostics(), static diagnostic => diagnostic.Severity == DiagnosticSeverity.Error);
            foreach (SyntaxNode node in run.Files.Values.SelectMany(static text => CSharpSyntaxTree.ParseText(text).GetRoot().DescendantNodes()))
            {
                string? type = (node.Ancestors().OfType<TypeDeclarationSyntax>().FirstOrDefault())?.Identifier.ValueText;
                string? name = node switch
                {
                    MethodDeclarationSyntax { ExplicitInterfaceSpecifier: null } method => method.Identifier.ValueText,
                    PropertyDeclarationSyntax { ExplicitInterfaceSpecifier: null } property => property.Identifier.ValueText,
                    BaseTypeDeclarationSyntax nested => nested.Identifier.ValueText,
                    VariableDeclaratorSyntax { Parent.Parent: FieldDeclarationSyntax } field => field.Identifier.ValueText,
                    _ => null,
                };
                if (name is not null)
                {
                    (type switch { "DigitTraining" => members, "Digits" => datasetMembers, "Row" or "Batch" => rowMembers, _ => [] }).Add(name);
                }

                string? local = node switch
                {
                    VariableDeclaratorSyntax { Parent.Parent: not FieldDeclarationSyntax } variable => variable.Identifier.ValueText,
                    ParameterSyntax parameter => parameter.Identifier.ValueText,
                    SingleVariableDesignationSyntax designation => designation.Identifier.ValueText,
                    _ => null,
                };
                if (local is not null && type == "DigitTraining")
                {
                    locals.Add(local);
                }
            }
        }

        Assert.Equal(EmittedNames.Training.Concat(EmittedNames.Hooks).Order(StringComparer.Ordinal), members.Order(StringComparer.Ordinal));
        Assert.Equal(EmittedNames.Locals.Order(StringComparer.Ordinal), locals.Order(StringComparer.Ordinal));
        Assert.Equal(EmittedNames.Dataset.Append("Read").Order(StringComparer.Ordinal), datasetMembers.Order(StringComparer.Ordinal));
        Assert.Equal(
            EmittedNames.RowsAndBatches.Order(StringComparer.Ordinal),
            rowMembers.Except(["Pixels", "Label"]).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void AClassNamedLikeAFurtherFileHasAFileOfItsOwn()
    {
        string dataset = Definitions.Dataset.Replace("Digits", "Fitted", StringComparison.Ordinal);
        string source = Definitions.With(Definitions.All, "    [Loss]", dataset + "    [Loss]");
        source += "namespace TrainDsl\n{\n    " + Definitions.Dataset.Replace("Digits", "NativeLibraries", StringComparison.Ordinal) + "}\n";
        source = source.Replace("namespace Sample;", "namespace Sample\n{", StringComparison.Ordinal).Replace(
            "namespace TrainDsl\n", "}\n\nnamespace TrainDsl\n", StringComparison.Ordinal);
        GeneratorRun run = GeneratorRun.Of(source);
        Assert.Null(run.Result.Exception);
        Assert.Empty(run.BuildDiagnostics());
        Assert.Equal(6, run.Files.Count);
    }

    private static void AssertSound(string position, IEnumerable<string> names)
    {
        var faults = new List<string>();
        foreach (string name in names)
        {
            string source = s_positions[position].Replace("NAME", name, StringComparison.Ordinal);
            GeneratorRun run = GeneratorRun.Of(source);
            Diagnostic[] found = [.. run.Reported.Concat(run.Output.GetDiagnostics()).Where(static diagnostic => diagnostic.Severity >= DiagnosticSeverity.Warning)];

            // A user's own file is the user's: where a name is refused, and where the samples of this test have discards and a Count themselves.
            bool isRefused = name is "_" or "Count" || run.Reported.Any(static diagnostic => diagnostic.Severity == DiagnosticSeverity.Error);
            faults.AddRange(found
                .Where(diagnostic => !GeneratorRun.IsOfCatalogue(diagnostic) && diagnostic.Id is not ("CS8981" or "CS0414")
                    && (!isRefused || diagnostic.Location.SourceTree?.FilePath.EndsWith(".g.cs", StringComparison.Ordinal) == true))
                .Select(diagnostic => $"{name}: {diagnostic}"));
        }

        Assert.Empty(faults);
    }
}
