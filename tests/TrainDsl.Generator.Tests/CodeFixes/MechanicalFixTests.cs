using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading.Tasks;
using Microsoft.CodeAnalysis;
using TrainDsl.Generator.Tests.Diagnostics;
using TrainDsl.Generator.Tests.Support;
using Xunit;

namespace TrainDsl.Generator.Tests.CodeFixes;

public sealed class MechanicalFixTests
{
    // What is offered on any mistake of the catalogue removes that mistake and makes no other: a stub that is still to be written may follow.
    [Theory]
    [MemberData(nameof(DiagnosticCases.All), MemberType = typeof(DiagnosticCases))]
    public async Task WhateverIsOfferedRemovesTheMistake(string id, string marked)
    {
        string source = marked.Replace("[|", "", StringComparison.Ordinal).Replace("|]", "", StringComparison.Ordinal);
        string[] tolerated = ["TDSL0106", "TDSL0107", "TDSL0230", "TDSL0301", "TDSL0302"];
        Diagnostic[] before = [.. GeneratorRun.Of(source).BuildDiagnostics().Where(diagnostic => diagnostic.Id == id)];
        foreach ((string fixedId, string title, Func<Task<string>> apply) in await FixRun.Fixes(source, before))
        {
            string text = await apply();
            Diagnostic[] left = [.. GeneratorRun.Of(text).BuildDiagnostics()
                .Where(diagnostic => diagnostic.Id == fixedId
                    || (!tolerated.Contains(diagnostic.Id) && diagnostic.Severity == DiagnosticSeverity.Error))];
            Assert.True(left.Length == 0, $"{fixedId}: {title}\n{string.Join("\n", left.Select(static diagnostic => diagnostic.ToString()))}\n{text}");
        }
    }

    public static TheoryData<string, string, string, string, string> Examples => new()
    {
        { "TDSL0201", "sealed partial class DigitTraining", "sealed class DigitTraining", "Make it partial", "sealed partial class DigitTraining" },
        { "TDSL0204", "public sealed partial class DigitT", "public abstract partial class DigitT", "Remove 'abstract'", "public partial class DigitT" },
        { "TDSL0210", "[Model<Net>]\n", "", "Add [Model<Net>]", "[AdamW]\n[Model<Net>]\npublic" },
        { "TDSL0220", "[Dataset<Digits>]\n", "", "Add [Dataset<Digits>]", "[AdamW]\n[Dataset<Digits>]\npublic" },
        {
            "TDSL0230",
            "    [Loss]\n    private static Tensor Loss(Net model, in Digits.Batch batch) => nn.functional.cross_entropy(model.call(batch.Pixels), "
                + "batch.Label);\n",
            "",
            "Add a loss",
            "{\n    [Loss]\n    private static Tensor Loss(Net model, in Digits.Batch batch)\n        => throw new System.NotImplementedException();\n}"
        },
        { "TDSL0232", "private static Tensor Loss", "private Tensor Loss", "Make it static", "private static Tensor Loss" },
        { "TDSL0233", "in Digits.Batch batch", "Digits.Batch batch", "Pass the batch by 'in'", "in Digits.Batch batch" },
        { "TDSL0301", "partial class Digits : IDataset", "partial class Digits", "Implement IDataset", "partial class Digits : IDataset\n" },
        {
            "TDSL0302",
            "\n\n    public partial void Read(long index, in Row row)\n    {\n        row.Pixels.Clear();\n        row.Label = index % 10;\n    }\n",
            "\n",
            "Add Read",
            "Count => 100;\n\n    public partial void Read(long index, in Row row)\n        => throw new System.NotImplementedException();\n}"
        },
        {
            "TDSL0303", "public partial void Read(long index, in Row row)", "internal partial void Read(int i, Row r)", "Give Read its signature",
            "public partial void Read(long i, in Row r)"
        },
        { "TDSL0310", "[Column<long>(\"Label\")]", "[Column<long>(\"Label\")]\n[Column<int>(\"Label\")]", "Remove [Column<int>(\"Label\")]",
            "[Column<long>(\"Label\")]\npublic" },
        { "TDSL0401", "[AdamW]\n", "", "Add [AdamW]", "[Epochs(2)]\n[AdamW]\npublic" },
        { "TDSL0402", "[AdamW]", "[AdamW]\n[Sgd]", "Remove [Sgd]", "[Epochs(2)]\n[AdamW]\npublic" },
        { "TDSL0402", "[AdamW]", "[AdamW, Sgd]", "Remove [Sgd]", "[Epochs(2)]\n[AdamW]\npublic" },
        { "TDSL0404", "[AdamW]", "[AdamW(Beta1 = 2, Beta2 = 0.9)]", "Remove Beta1: its default holds", "[AdamW(Beta2 = 0.9)]" },
        { "TDSL0404", "[AdamW]", "[AdamW(Beta1 = 0.9, Beta2 = 2)]", "Remove Beta2: its default holds", "[AdamW(Beta1 = 0.9)]" },
        { "TDSL0411", "[AdamW]", "[AdamW]\n[ClipGradNorm(0)]", "Remove [ClipGradNorm(0)]", "[Epochs(2)]\n[AdamW]\npublic" },
        { "TDSL0420", "[AdamW]", "[AdamW]\n[Constant]\n[CosineDecay]", "Remove [CosineDecay]", "[AdamW]\n[Constant]\npublic" },
        { "TDSL0501", "[Epochs(2)]\n", "", "Add [Epochs(10)]", "[AdamW]\n[Epochs(10)]\npublic" },
        { "TDSL0510", "[Training]\n", "", "Add [Training]", "[AdamW]\n[Training]\npublic" },
    };

    [Theory]
    [MemberData(nameof(Examples))]
    public async Task TheFixIsWrittenAsAPersonWould(string id, string sound, string wrong, string title, string expected)
    {
        string source = Definitions.With(Definitions.Usings + "namespace Sample;\n\n" + Definitions.Net + Definitions.Dataset + Definitions.Training,
            sound, wrong);
        Diagnostic[] reported = [.. GeneratorRun.Of(source).BuildDiagnostics().Where(diagnostic => diagnostic.Id == id)];
        Assert.NotEmpty(reported);
        IReadOnlyList<(string Id, string Title, Func<Task<string>> Apply)> fixes = await FixRun.Fixes(source, [reported[0]]);
        string text = await Assert.Single(fixes, fix => fix.Title == title).Apply();
        Assert.Contains(expected, text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AContainerIsMadePartialWithTheClassInIt()
    {
        string source = Definitions.Usings + Definitions.Net + Definitions.Dataset + "public class Outer\n{\n"
            + Definitions.Training.Replace("sealed partial", "sealed", StringComparison.Ordinal) + "}\n";
        Diagnostic reported = GeneratorRun.Of(source).Reported.First(static diagnostic => diagnostic.Id == "TDSL0205");
        string text = await Assert.Single(await FixRun.Fixes(source, [reported])).Apply();
        Assert.Empty(GeneratorRun.Of(text).BuildDiagnostics());
    }
}
