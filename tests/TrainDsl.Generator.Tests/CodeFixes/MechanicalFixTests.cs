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
        {
            "TDSL0904", "[MicroBatch(64)]", "[MicroBatch(16, MemoryMiBPerSample = 100)]\n[Devices(1, MemoryMiB = 6400)]",
            "Use micro-batch 64 and accumulation 1 (keeps global 64)", "[MicroBatch(64, MemoryMiBPerSample = 100)]\n[Devices(1, MemoryMiB = 6400)]"
        },
        {
            "TDSL0905", "[MicroBatch(64)]", "[MicroBatch(32, MemoryMiBPerSample = 100)]\n[Devices(2, MemoryMiB = 1000)]\n[GradientAccumulation(1)]",
            "Use micro-batch 8 and accumulation 4 (keeps global 64)",
            "[MicroBatch(8, MemoryMiBPerSample = 100)]\n[Devices(2, MemoryMiB = 1000)]\n[GradientAccumulation(4)]"
        },
        {
            "TDSL0106", "[GlobalBatch(64)]\n[MicroBatch(64)]\n", "[MicroBatch(4294967296)]\n",
            "Use global batch 4294967296 and micro-batch 1073741824 (keeps global batch 4294967296)",
            "[Training]\n[GlobalBatch(4294967296)]\n[Model<Net>]\n[Dataset<Digits>]\n[MicroBatch(1073741824)]\n"
        },
        {
            "TDSL0107", "[GlobalBatch(64)]\n[MicroBatch(64)]\n", "[GlobalBatch(240)]\n[MicroBatch(30)]\n",
            "Use global batch 90", "[GlobalBatch(90)]\n[MicroBatch(30)]\n"
        },
        {
            "TDSL0107", "[GlobalBatch(64)]\n[MicroBatch(64)]\n", "[GlobalBatch(240)]\n[MicroBatch(30)]\n",
            "Use global batch 96 and micro-batch 12", "[GlobalBatch(96)]\n[MicroBatch(12)]\n"
        },
        {
            "TDSL0108", "[Dataset<Digits>]\n[GlobalBatch(64)]\n", "[Dataset<Digits>(DropLast = true)]\n[GlobalBatch(128)]\n",
            "Use global batch 64", "[Dataset<Digits>(DropLast = true)]\n[GlobalBatch(64)]\n"
        },
        { "TDSL0201", "sealed partial class DigitTraining", "sealed class DigitTraining", "Make it partial", "sealed partial class DigitTraining" },
        { "TDSL0202", "partial class DigitTraining", "partial class DigitTraining<T>", "Remove <T>", "partial class DigitTraining\n" },
        { "TDSL0204", "public sealed partial class DigitT", "public abstract partial class DigitT", "Remove 'abstract'", "public partial class DigitT" },
        {
            "TDSL0207", "DigitTraining\n{\n", "DigitTraining\n{\n    public DigitTraining()\n    {\n    }\n\n",
            "Chain it with ': this(new Digits())'", "    public DigitTraining()\n        : this(new Digits())\n    {\n"
        },
        {
            "TDSL0207", "DigitTraining\n{\n", "DigitTraining\n{\n    public DigitTraining(int n, Digits data) : base()\n    {\n    }\n\n",
            "Chain it with ': this(data)'", "    public DigitTraining(int n, Digits data) : this(data)\n    {\n"
        },
        {
            "TDSL0207", "DigitTraining\n{\n", "DigitTraining\n{\n    public DigitTraining(Digits dataset)\n    {\n    }\n\n",
            "Remove it: the generated constructor takes its place", "DigitTraining\n{\n\n    [Loss]"
        },
        { "TDSL0207", "class DigitTraining", "class DigitTraining(Digits dataset)", "Remove the primary constructor", "class DigitTraining\n{" },
        {
            "TDSL0208", "DigitTraining\n{\n", "DigitTraining\n{\n    private const int Seed = 3;\n\n    public int Twice => 2 * Seed;\n\n",
            "Rename it to 'OwnSeed'", "private const int OwnSeed = 3;\n\n    public int Twice => 2 * OwnSeed;"
        },
        { "TDSL0210", "[Model<Net>]\n", "", "Add [Model<Net>]", "[AdamW]\n[Model<Net>]\npublic" },
        {
            "TDSL0212", "[Model<Net>]", "[Model<nn.Module<Tensor, Tensor>>]", "Use [Model<Net>]", "[Model<Net>]\n"
        },
        {
            "TDSL0213", "    public Net()", "    public Net(int unused)", "Add a model factory",
            "    [ModelFactory]\n    private static Net CreateModel()\n        => throw new System.NotImplementedException();\n}"
        },
        {
            "TDSL0214", "DigitTraining\n{\n", "DigitTraining\n{\n    [ModelFactory]\n    private nn.Module Create(int n) => new Net();\n\n",
            "Give the factory its signature", "    private static Net Create() => new Net();"
        },
        { "TDSL0220", "[Dataset<Digits>]\n", "", "Add [Dataset<Digits>]", "[AdamW]\n[Dataset<Digits>]\npublic" },
        {
            "TDSL0230",
            "    [Loss]\n    private static Tensor Loss(Net model, in Digits.Batch batch) => nn.functional.cross_entropy(model.call(batch.Pixels), "
                + "batch.Label);\n",
            "",
            "Add a loss",
            "{\n    [Loss]\n    private static Tensor Loss(Net model, in Digits.Batch batch)\n        => throw new System.NotImplementedException();\n}"
        },
        {
            "TDSL0230", "    [Loss]\n", "", "Mark 'Loss' with [Loss]",
            "{\n    [Loss]\n    private static Tensor Loss(Net model, in Digits.Batch batch)"
        },
        { "TDSL0408", "[AdamW]", "[Sgd(Nesterov = true, Dampening = 0.1)]", "Remove Nesterov and Dampening: their defaults hold", "[Sgd]" },
        {
            "TDSL0523", "[AdamW]", "[AdamW]\n[Checkpoint(Keep = 2, KeepBest = \"x\", LowerIsBetter = true)]",
            "Remove KeepBest and LowerIsBetter: their defaults hold", "[Checkpoint(Keep = 2)]"
        },
        { "TDSL0232", "private static Tensor Loss", "private Tensor Loss", "Make it static", "private static Tensor Loss" },
        { "TDSL0233", "in Digits.Batch batch", "Digits.Batch batch", "Pass the batch by 'in'", "in Digits.Batch batch" },
        { "TDSL0234", "static Tensor Loss", "static object Loss", "Return Tensor", "static Tensor Loss(" },
        {
            "TDSL0240", "DigitTraining\n{\n",
            "DigitTraining\n{\n    [Metric(\"\")]\n    private static Tensor TopFive(Net model, in Digits.Batch batch) => batch.Label;\n\n",
            "Name it \"top_five\"", "    [Metric(\"top_five\")]\n"
        },
        {
            "TDSL0241", "DigitTraining\n{\n",
            "DigitTraining\n{\n    [Metric(\"right\")]\n    private static Tensor M(Net model, in Digits.Batch batch) => batch.Label;\n\n"
                + "    [Metric(\"right\")]\n    private static Tensor Right(Net model, in Digits.Batch batch) => batch.Label;\n\n",
            "Name it \"right2\"", "    [Metric(\"right2\")]\n    private static Tensor Right("
        },
        {
            "TDSL0250", "DigitTraining\n{\n", "DigitTraining\n{\n    private void OnStep(StepReport s) => _ = s.Step;\n\n",
            "Give the hook its signature", "    partial void OnStep(in StepReport s) => _ = s.Step;\n"
        },
        { "TDSL0301", "partial class Digits : IDataset", "partial class Digits", "Implement IDataset", "partial class Digits : IDataset\n" },
        {
            "TDSL0302",
            "\n\n    public partial void Read(long index, in Row row)\n    {\n        row.Pixels.Clear();\n        row.Label = index % 10;\n    }\n",
            "\n",
            "Add Read",
            "Count => 100;\n\n    public partial void Read(long index, in Row row)\n        => throw new System.NotImplementedException();\n}"
        },
        {
            "TDSL0303", "public partial void Read(long index, in Row row)", "internal partial void Read(int index, Row row)", "Give Read its signature",
            "public partial void Read(long index, in Row row)"
        },
        { "TDSL0310", "[Column<long>(\"Label\")]", "[Column<long>(\"Label\")]\n[Column<int>(\"Label\")]", "Remove [Column<int>(\"Label\")]",
            "[Column<long>(\"Label\")]\npublic" },
        { "TDSL0310", "[Column<long>(\"Label\")]", "[Column<long>(\"Label\")]\n[Column<int>(\"Label\")]", "Name it \"Label2\"",
            "[Column<long>(\"Label\")]\n[Column<int>(\"Label2\")]\npublic" },
        { "TDSL0311", "[Column<long>(\"Label\")]", "[Column<long>(\"Label\")]\n[Column<int>(\"2nd class\")]", "Name it \"_2nd_class\"",
            "[Column<int>(\"_2nd_class\")]" },
        { "TDSL0311", "[Column<long>(\"Label\")]", "[Column<long>(\"Label\")]\n[Column<int>(\"class\")]", "Name it \"Class\"", "[Column<int>(\"Class\")]" },
        { "TDSL0311", "[Column<long>(\"Label\")]", "[Column<long>(\"Label\")]\n[Column<int>(\"\")]", "Name it \"Column\"", "[Column<int>(\"Column\")]" },
        { "TDSL0312", "[Column<long>(\"Label\")]", "[Column<long>(\"Label\")]\n[Column<int>(\"Count\")]", "Name it \"SampleCount\"",
            "[Column<int>(\"SampleCount\")]" },
        { "TDSL0313", "\"Pixels\", 1, 8, 8", "\"Pixels\", -1, 8, 8", "Remove size -1", "\"Pixels\", 8, 8)" },
        { "TDSL0313", "\"Pixels\", 1, 8, 8", "\"Pixels\", 1, -8, 8", "Use size 8", "\"Pixels\", 1, 8, 8)" },
        { "TDSL0315", "[Column<long>(\"Label\")]", "[Column<uint>(\"Label\")]", "Use 'long'", "[Column<long>(\"Label\")]" },
        { "TDSL0401", "[AdamW]\n", "", "Add [AdamW]", "[Epochs(2)]\n[AdamW]\npublic" },
        { "TDSL0402", "[AdamW]", "[AdamW]\n[Sgd]", "Remove [Sgd]", "[Epochs(2)]\n[AdamW]\npublic" },
        { "TDSL0402", "[AdamW]", "[AdamW, Sgd]", "Remove [Sgd]", "[Epochs(2)]\n[AdamW]\npublic" },
        { "TDSL0404", "[AdamW]", "[AdamW(Beta1 = 2, Beta2 = 0.9)]", "Remove Beta1: its default holds", "[AdamW(Beta2 = 0.9)]" },
        { "TDSL0404", "[AdamW]", "[AdamW(Beta1 = 0.9, Beta2 = 2)]", "Remove Beta2: its default holds", "[AdamW(Beta1 = 0.9)]" },
        { "TDSL0408", "[AdamW]", "[Sgd(Nesterov = true)]", "Set Momentum = 0.9", "[Sgd(Momentum = 0.9, Nesterov = true)]" },
        { "TDSL0408", "[AdamW]", "[Sgd(Momentum = 0, Nesterov = true)]", "Set Momentum = 0.9", "[Sgd(Momentum = 0.9, Nesterov = true)]" },
        { "TDSL0408", "[AdamW]", "[Sgd(Nesterov = true)]", "Remove Nesterov: its default holds", "[Sgd]" },
        { "TDSL0409", "[AdamW]", "[Sgd(Momentum = 0.9, Nesterov = true, Dampening = 0.1)]", "Remove Nesterov: its default holds",
            "[Sgd(Momentum = 0.9, Dampening = 0.1)]" },
        { "TDSL0411", "[AdamW]", "[AdamW]\n[ClipGradNorm(-1)]", "Use 1.0", "[ClipGradNorm(1.0)]" },
        { "TDSL0411", "[AdamW]", "[AdamW]\n[ClipGradNorm(0)]", "Remove [ClipGradNorm(0)]", "[Epochs(2)]\n[AdamW]\npublic" },
        { "TDSL0420", "[AdamW]", "[AdamW]\n[Constant]\n[CosineDecay]", "Remove [CosineDecay]", "[AdamW]\n[Constant]\npublic" },
        { "TDSL0425", "[AdamW]", "[AdamW]\n[StepDecay(-30)]", "Use 30", "[StepDecay(30)]" },
        { "TDSL0425", "[AdamW]", "[AdamW]\n[StepDecay(0)]", "Remove [StepDecay(0)]", "[AdamW]\npublic" },
        { "TDSL0501", "[Epochs(2)]\n", "", "Add [Epochs(10)]", "[AdamW]\n[Epochs(10)]\npublic" },
        { "TDSL0502", "[Epochs(2)]", "[Epochs(0)]", "Use 1", "[Epochs(1)]" },
        { "TDSL0502", "[Epochs(2)]", "[Epochs(0)]\n[MaxSteps(100)]", "Remove [Epochs(0)]", "[MicroBatch(64)]\n[MaxSteps(100)]" },
        { "TDSL0503", "[Epochs(2)]", "[MaxSteps(-100)]", "Use 100", "[MaxSteps(100)]" },
        { "TDSL0510", "[Training]\n", "", "Add [Training]", "[AdamW]\n[Training]\npublic" },
        {
            "TDSL0901", ", batch.Label);", ", batch.Label) * batch.Pixels.mean().item<float>();",
            "Remove .item<float>(): the values stay on the device", ", batch.Label) * batch.Pixels.mean();"
        },
        { "TDSL0901", "call(batch.Pixels)", "call(batch.Pixels.cpu())", "Remove .cpu(): the values stay on the device", "call(batch.Pixels)" },
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
        Assert.DoesNotContain(
            GeneratorRun.Of(text).BuildDiagnostics(),
            diagnostic => diagnostic.Id == id || diagnostic.Id.StartsWith("CS", StringComparison.Ordinal));
    }

    // Without the call the loss would not be of a type that a loss can return, or would not compile.
    [Theory]
    [InlineData("=> nn.functional.cross_entropy(model.call(batch.Pixels), batch.Label);", "=> torch.tensor(model.call(batch.Pixels).mean().item<float>());")]
    [InlineData("=> nn.functional.cross_entropy(model.call(batch.Pixels), batch.Label);",
        "{\n        float mean = batch.Pixels.mean().ToSingle();\n        return model.call(batch.Pixels) * mean;\n    }")]
    public async Task AReadValueThatIsNeededStays(string old, string body)
    {
        string source = Definitions.With(Definitions.All, old, body);
        Diagnostic reported = Assert.Single(GeneratorRun.Of(source).BuildDiagnostics());
        Assert.Equal("TDSL0901", reported.Id);
        Assert.Empty(await FixRun.Fixes(source, [reported]));
    }

    [Theory]
    [InlineData("TDSL0234",
        "private static Tensor Loss(Net model, in Digits.Batch batch) => nn.functional.cross_entropy(model.call(batch.Pixels), batch.Label);",
        "private static string Loss(Net model, in Digits.Batch batch) => \"\";")]
    [InlineData("TDSL0208", "    public long Count => 100;", "    public long Count => 100;\n\n    public sealed class Row;")]
    [InlineData("TDSL0502", "[Epochs(2)]", "[Epochs(0)]\n[MaxSteps(0)]", "Use 1")]
    [InlineData("TDSL0232",
        "private static Tensor Loss(Net model, in Digits.Batch batch) => nn.functional.cross_entropy(model.call(batch.Pixels), batch.Label);",
        "private Tensor Loss(Net model, in Digits.Batch batch) => batch.Pixels.sum() * _share;\n\n    private readonly double _share = 0.5;")]
    [InlineData("TDSL0204", "sealed partial class DigitTraining\n{\n", "abstract partial class DigitTraining\n{\n    public abstract void Say();\n\n")]
    [InlineData("TDSL0530", "[GlobalBatch(64)]\n[MicroBatch(64)]", "[MicroBatch]")]
    [InlineData("TDSL0250", "DigitTraining\n{\n",
        "DigitTraining\n{\n    private async void OnStep(StepReport step) => await System.Threading.Tasks.Task.Delay(1);\n\n")]
    public async Task NothingIsOfferedThatWouldNotHelp(string id, string old, string replacement, params string[] titles)
    {
        string source = Definitions.With(Definitions.All, old, replacement);
        Diagnostic reported = GeneratorRun.Of(source).Reported.First(diagnostic => diagnostic.Id == id);
        Assert.Equal(titles, (await FixRun.Fixes(source, [reported])).Select(static fix => fix.Title));
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
