using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Text;
using TrainDsl.Generator.Tests.Support;
using Xunit;

namespace TrainDsl.Generator.Tests.Pipeline;

public sealed class IncrementalTests
{
    private const string Header = Definitions.Usings + "namespace Sample;\n\n";

    // Each part in a file of its own, so that an edit of one leaves the trees of the others as they are.
    private static readonly string[] s_files =
    [
        Header + Definitions.Net,
        Header + Definitions.Dataset,
        Header + Definitions.Training,
        Header + Definitions.Training.Replace("DigitTraining", "SecondTraining", System.StringComparison.Ordinal),
        Header + "public static class Unrelated\n{\n    public static int Value => 1;\n}\n",
    ];

    [Fact]
    public void AnEditElsewhereLeavesEveryStepAsItWas()
    {
        GeneratorRun second = Edit(4, "=> 1", "=> 2");
        AssertNothingRanToADifferentEnd(second);
    }

    [Fact]
    public void AnEditInTheBodyOfALossLeavesEveryStepAsItWas()
        => AssertNothingRanToADifferentEnd(Edit(2, "batch.Label)", "batch.Label).mul(1)"));

    [Fact]
    public void ALineAboveADefinitionLeavesEveryStepAsItWas()
        => AssertNothingRanToADifferentEnd(Edit(2, "[Training]", "// A comment.\n\n[Training]"));

    [Fact]
    public void AnEditOfOneDefinitionEmitsThatOneAgain()
    {
        GeneratorRun second = Edit(2, "[GlobalBatch(64)]", "[GlobalBatch(128)]");
        IncrementalStepRunReason[] reasons = [.. Reasons(second, TrackingNames.TrainingEmit).Order()];
        Assert.Equal(2, reasons.Length);
        Assert.Single(reasons, IncrementalStepRunReason.Modified);
        Assert.Single(reasons, static reason => reason is IncrementalStepRunReason.Cached or IncrementalStepRunReason.Unchanged);
        Assert.All(Reasons(second, TrackingNames.FittedEmit), AssertKept);
        Assert.All(Reasons(second, TrackingNames.DatasetEmit), AssertKept);
        Assert.Contains("GlobalBatch = 128", second.Files["Sample.DigitTraining.g.cs"], System.StringComparison.Ordinal);
        Assert.Contains("GlobalBatch = 64", second.Files["Sample.SecondTraining.g.cs"], System.StringComparison.Ordinal);
    }

    [Fact]
    public void AnEditOfAColumnEmitsTheDatasetAlone()
    {
        GeneratorRun second = Edit(1, "1, 8, 8", "1, 16, 16");
        Assert.Equal([IncrementalStepRunReason.Modified], Reasons(second, TrackingNames.DatasetEmit));
        Assert.All(Reasons(second, TrackingNames.TrainingEmit), AssertKept);
    }

    [Fact]
    public void ADefinitionThatIsMovedReportsItsErrorsAtTheNewPlaceWithoutEmittingAgain()
    {
        string[] files = [.. s_files];
        files[2] = Definitions.With(files[2], "[Epochs(2)]", "[Epochs(0)]");
        CSharpCompilation compilation = GeneratorRun.Compile(files);
        GeneratorRun first = GeneratorRun.Of(compilation);
        GeneratorRun second = first.Then(Replace(compilation, 2, files[2].Replace("[Training]", "\n\n[Training]", System.StringComparison.Ordinal)));
        Assert.All(Reasons(second, TrackingNames.TrainingEmit), AssertKept);
        Assert.Equal(
            Assert.Single(first.Reported).Location.GetLineSpan().StartLinePosition.Line + 2,
            Assert.Single(second.Reported).Location.GetLineSpan().StartLinePosition.Line);
    }

    [Fact]
    public void AnAddedDefinitionIsNewAndTheOthersAreKept()
    {
        CSharpCompilation compilation = GeneratorRun.Compile(s_files);
        string third = Header + Definitions.Training.Replace("DigitTraining", "ThirdTraining", System.StringComparison.Ordinal);
        GeneratorRun second = GeneratorRun.Of(compilation).Then(compilation.AddSyntaxTrees(CSharpSyntaxTree.ParseText(third, path: "Third.cs")));
        IncrementalStepRunReason[] reasons = [.. Reasons(second, TrackingNames.TrainingEmit)];
        Assert.Equal(3, reasons.Length);
        Assert.Single(reasons, IncrementalStepRunReason.New);
        Assert.Contains("Sample.ThirdTraining.g.cs", second.Files.Keys);
    }

    [Fact]
    public void ARemovedDefinitionTakesItsFileWithIt()
    {
        CSharpCompilation compilation = GeneratorRun.Compile(s_files);
        GeneratorRun second = GeneratorRun.Of(compilation).Then(compilation.RemoveSyntaxTrees(compilation.SyntaxTrees[3]));
        Assert.DoesNotContain("Sample.SecondTraining.g.cs", second.Files.Keys);
        Assert.Contains("Sample.DigitTraining.g.cs", second.Files.Keys);
    }

    [Fact]
    public void StepsKeepNoSymbolsSyntaxOrCompilations()
    {
        string[] files = [.. s_files];
        files[3] = Definitions.With(files[3], "[Epochs(2)]", "[Epochs(0)]");
        GeneratorRun run = GeneratorRun.Of(files);
        object[] outputs = [.. Steps(run).SelectMany(static step => step.Value).SelectMany(static step => step.Outputs).Select(static output
            => output.Value)];
        Assert.True(outputs.Length >= 10, $"Expected outputs of every step, found {outputs.Length}.");
        foreach (object output in outputs)
        {
            ObjectGraph.AssertHoldsNone(output, typeof(ISymbol), typeof(SyntaxNode), typeof(SyntaxTree), typeof(Compilation), typeof(SemanticModel),
                typeof(Location), typeof(AttributeData));
        }
    }

    [Fact]
    public void EveryStepIsTracked()
    {
        string[] files = [.. s_files];
        files[1] = Definitions.With(files[1], "1, 8, 8", "1, 0, 8");
        files[3] = Definitions.With(files[3], "[Epochs(2)]", "[Epochs(0)]");
        string[] expected = [.. typeof(TrackingNames).GetFields().Select(static field => (string)field.GetRawConstantValue()!)];
        Assert.Equal(expected.Order(), Steps(GeneratorRun.Of(files)).Keys.Order());
    }

    private static GeneratorRun Edit(int file, string old, string replacement)
    {
        CSharpCompilation compilation = GeneratorRun.Compile(s_files);
        GeneratorRun first = GeneratorRun.Of(compilation);
        Assert.All(Steps(first).SelectMany(static step => step.Value).SelectMany(static step => step.Outputs),
            static output => Assert.Equal(IncrementalStepRunReason.New, output.Reason));
        return first.Then(Replace(compilation, file, Definitions.With(s_files[file], old, replacement)));
    }

    private static CSharpCompilation Replace(CSharpCompilation compilation, int file, string text)
    {
        SyntaxTree tree = compilation.SyntaxTrees[file];
        return compilation.ReplaceSyntaxTree(tree, tree.WithChangedText(SourceText.From(text)));
    }

    private static Dictionary<string, ImmutableArray<IncrementalGeneratorRunStep>> Steps(GeneratorRun run)
        => run.Result.TrackedSteps.Where(static step => step.Key.StartsWith("TrainDsl.", System.StringComparison.Ordinal))
            .ToDictionary(static step => step.Key, static step => step.Value);

    private static IEnumerable<IncrementalStepRunReason> Reasons(GeneratorRun run, string step)
        => run.Result.TrackedSteps[step].SelectMany(static ran => ran.Outputs).Select(static output => output.Reason);

    private static void AssertKept(IncrementalStepRunReason reason)
        => Assert.True(reason is IncrementalStepRunReason.Cached or IncrementalStepRunReason.Unchanged, reason.ToString());

    private static void AssertNothingRanToADifferentEnd(GeneratorRun second)
    {
        Assert.All(Steps(second).SelectMany(static step => step.Value).SelectMany(static step => step.Outputs), static output
            => AssertKept(output.Reason));
        Assert.All(second.Result.TrackedOutputSteps.SelectMany(static step => step.Value).SelectMany(static step => step.Outputs),
            static output => AssertKept(output.Reason));
        foreach (string emit in new[] { TrackingNames.TrainingEmit, TrackingNames.FittedEmit, TrackingNames.DatasetEmit })
        {
            Assert.All(Reasons(second, emit), static reason => Assert.Equal(IncrementalStepRunReason.Cached, reason));
        }
    }
}
