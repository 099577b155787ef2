using System.Collections.Generic;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Snapshooter.Xunit;
using TrainDsl.Generator.Tests.Support;
using Xunit;

namespace TrainDsl.Generator.Tests.Emission;

/// <summary>What is generated for representative definitions, as committed; each also compiles without errors and warnings.</summary>
public sealed class SnapshotTests
{
    private const string Attributes = "[GlobalBatch(64)]\n[MicroBatch(64)]\n[Epochs(2)]\n[AdamW]\n";

    private const string Accuracy = """

            [Metric("accuracy")]
            private static Tensor Accuracy(Net model, in Digits.Batch batch)
                => model.call(batch.Pixels).argmax(1).eq(batch.Label).to_type(ScalarType.Float32).mean();
        }

        """;

    [Fact]
    public void Minimal() => Match(Definitions.All, nameof(Minimal));

    [Fact]
    public void Dataset() => Match(Definitions.All, nameof(Dataset), "Sample.Digits.g.cs");

    [Fact]
    public void EveryElementType() => Match(
        Definitions.Usings + """
            [Column<float>("A", 2, 3)]
            [Column<double>("B")]
            [Column<System.Half>("C", 4)]
            [Column<byte>("D")]
            [Column<sbyte>("E")]
            [Column<short>("F")]
            [Column<int>("G")]
            [Column<long>("H")]
            [Column<bool>("I", 1)]
            public sealed partial class Everything : IDataset
            {
                public long Count => 0;

                public partial void Read(long sample, in Row target) => Fill(sample, target);

                private static void Fill(long sample, in Row row) => row.B = sample;
            }
            """,
        nameof(EveryElementType),
        "Everything.g.cs");

    [Fact]
    public void NativeLibraries() => Match(Definitions.All, nameof(NativeLibraries), "TrainDsl.NativeLibraries.g.cs");

    // The declaration that the documentation shows.
    [Fact]
    public void ClippedCosineWithMetric() => Match(
        With(
            "[GlobalBatch(64)]\n[MicroBatch(32)]\n[Epochs(20)]\n[AdamW(LearningRate = 1e-3, WeightDecay = 1e-2)]\n"
            + "[CosineDecay(WarmupSteps = 100)]\n[ClipGradNorm(1.0)]\n",
            Accuracy),
        nameof(ClippedCosineWithMetric));

    [Fact]
    public void CheckpointedAndGuarded() => Match(
        With("[GlobalBatch(64)]\n[MicroBatch(Auto = true)]\n[Devices(2, Buffers = BufferRule.Averaged)]\n[Epochs(20)]\n[Adam]\n[ClipGradNorm(1.0)]\n[NonFinite]\n"
            + "[Checkpoint(EverySteps = 500, KeepBest = \"loss\")]\n"),
        nameof(CheckpointedAndGuarded));

    [Fact]
    public void FittedPlans() => Match(Definitions.All, nameof(FittedPlans), "Sample.DigitTraining.Fitted.g.cs");

    [Fact]
    public void DroppedLastWithStepDecay() => Match(
        Definitions.With(
            With(
                "[GlobalBatch(64)]\n[GradientAccumulation(4)]\n[MaxSteps(500)]\n[Adam(WeightDecay = 0.1, DecayOnly = DecayOnly.Matrices)]\n"
                + "[StepDecay(30, Factor = 0.5, WarmupSteps = 5)]\n[ClipGradNorm(0.5)]\n[Seed(-7)]\n"),
            "[Dataset<Digits>]",
            "[Dataset<Digits>(DropLast = true, Shuffle = false)]"),
        nameof(DroppedLastWithStepDecay));

    [Fact]
    public void NesterovWithLinearDecay() => Match(
        With("[MicroBatch(16)]\n[Epochs(1)]\n[MaxSteps(500)]\n[Sgd(LearningRate = 0.1, Momentum = 0.9, Nesterov = true)]\n"
            + "[LinearDecay(DecaySteps = 400, FinalFactor = 0.1)]\n"),
        nameof(NesterovWithLinearDecay));

    [Fact]
    public void WeightedLossWithFactory() => Match(
        Definitions.With(
            Definitions.With(
                With("[GlobalBatch(64)]\n[MicroBatch(16)]\n[Epochs(2)]\n[Sgd]\n[Constant(WarmupSteps = 10)]\n", """

                        [Metric("correct")]
                        private static WeightedSum Correct(Net model, in Digits.Batch batch)
                            => new(model.call(batch.Pixels).argmax(1).eq(batch.Label).sum(), torch.tensor((float)batch.Count));

                        [ModelFactory]
                        private static Net CreateNet() => new();
                    }

                    """),
                "private static Tensor Loss",
                "private static WeightedSum Loss"),
            "=> nn.functional.cross_entropy(model.call(batch.Pixels), batch.Label);",
            "=> new(nn.functional.cross_entropy(model.call(batch.Pixels), batch.Label, reduction: nn.Reduction.Sum), torch.tensor((float)batch.Count));"),
        nameof(WeightedLossWithFactory));

    [Fact]
    public void SeveralReplicas() => Match(
        Definitions.With(Definitions.All, Attributes, "[GlobalBatch(64)]\n[Devices(2)]\n[Epochs(2)]\n[AdamW]\n"), nameof(SeveralReplicas));

    [Fact]
    public void NestedAndInternal() => Match(
        Definitions.Usings + "namespace Sample.Inner;\n\n" + Definitions.Net.Replace("public sealed class", "internal sealed class",
            System.StringComparison.Ordinal)
            + "public static partial class Outer\n{\n    public partial record struct Middle\n    {\n"
            + Definitions.Dataset.Replace("public sealed", "internal sealed", System.StringComparison.Ordinal) + Definitions.Training + "    }\n}\n",
        nameof(NestedAndInternal),
        "Sample.Inner.Outer.Middle.DigitTraining.g.cs");

    [Fact]
    public void Stub()
    {
        GeneratorRun run = GeneratorRun.Of(Definitions.With(Definitions.All, "[MicroBatch(64)]", "[MicroBatch(24)]"));
        run.Files["Sample.DigitTraining.g.cs"].MatchSnapshot(nameof(SnapshotTests) + "." + nameof(Stub));
    }

    private static string With(string attributes, string? members = null)
    {
        // A length that no analyzer knows, as most are: the numbers of a declaration stand for runs of any length.
        string source = Definitions.With(
            Definitions.With(Definitions.All, Attributes, attributes), "public long Count => 100;", "public long Count => System.Environment.TickCount64;");
        const string End = "batch.Label);\n}\n";
        return members is null ? source : Definitions.With(source, End, End[..^"}\n".Length] + members);
    }

    private static void Match(string source, string name, string file = "Sample.DigitTraining.g.cs")
    {
        GeneratorRun run = GeneratorRun.Of(source);
        Assert.Empty(run.BuildDiagnostics());
        IReadOnlyDictionary<string, string> files = run.Files;
        Assert.Contains(file, files.Keys);
        Assert.All(files.Values, static text => Assert.All(text.Split('\n'), static line => Assert.Equal(line.TrimEnd(), line)));
        Assert.All(files.Values, static text => Assert.All(
            text.Split('\n').Where(static line => line.StartsWith("#pragma", System.StringComparison.Ordinal)),
            static line => Assert.StartsWith("#pragma warning disable CS0612, CS0618 ", line, System.StringComparison.Ordinal)));

        // Documentation comments refer to what there is.
        Compilation documented = run.Output.RemoveAllSyntaxTrees().AddSyntaxTrees(run.Output.SyntaxTrees.Select(static tree
            => tree.WithRootAndOptions(
            tree.GetRoot(), CSharpParseOptions.Default.WithDocumentationMode(DocumentationMode.Diagnose))));
        Assert.DoesNotContain(
            documented.GetDiagnostics(),
            diagnostic => diagnostic.Severity >= DiagnosticSeverity.Warning && diagnostic.Location.SourceTree?.FilePath is { } path
                && files.Keys.Any(path.EndsWith));
        files[file].MatchSnapshot(nameof(SnapshotTests) + "." + name);
    }
}
