using System;
using System.Collections.Generic;
using System.Linq;
using System.Reflection;
using Microsoft.CodeAnalysis;
using TrainDsl.Generator.Diagnostics;
using TrainDsl.Generator.Tests.Support;
using Xunit;

namespace TrainDsl.Generator.Tests.Diagnostics;

public sealed class DiagnosticTests
{
    [Theory]
    [MemberData(nameof(DiagnosticCases.All), MemberType = typeof(DiagnosticCases))]
    public void OneMistakeIsOneDiagnostic(string id, string marked)
    {
        int start = marked.IndexOf("[|", StringComparison.Ordinal);
        int end = marked.IndexOf("|]", StringComparison.Ordinal) - "[|".Length;
        string source = marked.Replace("[|", "", StringComparison.Ordinal).Replace("|]", "", StringComparison.Ordinal);

        GeneratorRun run = GeneratorRun.Of(source);

        Diagnostic diagnostic = Assert.Single(
            run.BuildDiagnostics(),
            static diagnostic => diagnostic.Severity == DiagnosticSeverity.Error || GeneratorRun.IsOfCatalogue(diagnostic));
        Assert.Equal(id, diagnostic.Id);
        Assert.True(diagnostic.Location.IsInSource);
        Assert.Equal(source[start..end], source.Substring(diagnostic.Location.SourceSpan.Start, diagnostic.Location.SourceSpan.Length));
        Assert.Equal(start, diagnostic.Location.SourceSpan.Start);
    }

    [Fact]
    public void ASoundDefinitionHasNoDiagnostics()
        => Assert.Empty(GeneratorRun.Of(Definitions.All).BuildDiagnostics());

    [Fact]
    public void EveryDiagnosticOfTheCatalogueHasACase()
        => Assert.Equal(
            DiagnosticDescriptors.All.Select(static descriptor => descriptor.Id).Order(),
            DiagnosticCases.All.Select(static row => (string)row[0]).Distinct().Order());

    [Fact]
    public void EveryDescriptorIsInTheCatalogue()
        => Assert.Equal(
            typeof(DiagnosticDescriptors).GetFields(BindingFlags.Static | BindingFlags.Public)
                .Where(static field => field.FieldType == typeof(DiagnosticDescriptor))
                .Select(static field => ((DiagnosticDescriptor)field.GetValue(null)!).Id)
                .Order(),
            DiagnosticDescriptors.All.Select(static descriptor => descriptor.Id).Order());

    [Fact]
    public void AForgottenTrainingIsOneWarningThatNamesWhatHasNoEffect()
    {
        string source = Definitions.Usings
            + "[Epochs(2)]\npublic partial class NotATraining\n{\n    [Loss]\n    private static void L()\n    {\n    }\n}\n";
        Diagnostic diagnostic = Assert.Single(GeneratorRun.Of(source).BuildDiagnostics());
        Assert.Equal(
            "'NotATraining' is not a training definition, so that [Epochs], [Loss] has no effect. Add [Training] to the class, or remove them.",
            diagnostic.GetMessage(System.Globalization.CultureInfo.InvariantCulture));
    }

    // Each is drawn for the first sample already, or from a generator of the dataset's own; local functions are not followed.
    [Theory]
    [InlineData("using Tensor shift = rand(1);")]
    [InlineData("for (int i = 0; i < 2; i++)\n        {\n            using Tensor shift = rand(1);\n        }")]
    [InlineData("if (index > 5)\n        {\n            using Tensor shift = rand(1, generator: new Generator(1));\n        }")]
    [InlineData("if (index > 5)\n        {\n            row.Label = row.Random.Next(10);\n        }")]
    [InlineData("if (rand(1).item<float>() > 0.5f)\n        {\n            row.Label = 3;\n        }")]
    public void DrawsThatARunSeesAreLeftAlone(string statement)
        => Assert.Empty(GeneratorRun.Of(Definitions.With(Definitions.All, "row.Label = index % 10;", "row.Label = index % 10;\n        " + statement))
            .BuildDiagnostics());

    [Fact]
    public void ASingleAttributeWithoutTrainingIsAWarningAtIt()
    {
        string source = Definitions.Usings + "[Epochs(2)]\npublic sealed class NotATraining;\n";
        Diagnostic diagnostic = Assert.Single(GeneratorRun.Of(source).BuildDiagnostics());
        Assert.Equal("Epochs(2)", source.Substring(diagnostic.Location.SourceSpan.Start, diagnostic.Location.SourceSpan.Length));
    }

    [Fact]
    public void AMethodThatIsMeantAsTheLossIsNamed()
    {
        string source = Definitions.With(Definitions.All, "    [Loss]\n", "");
        Diagnostic diagnostic = Assert.Single(GeneratorRun.Of(source).BuildDiagnostics(), static diagnostic => diagnostic.Id == "TDSL0230");
        Assert.Equal(
            "Training definition 'DigitTraining' has no loss. Mark method 'Loss' with [Loss].",
            diagnostic.GetMessage(System.Globalization.CultureInfo.InvariantCulture));
    }

    [Theory]
    [InlineData("* batch.Pixels.mean().ToSingle()", "batch.Pixels.mean().ToSingle()")]
    [InlineData("* batch.Pixels.cpu().mean()", "batch.Pixels.cpu()")]
    [InlineData("* batch.Pixels.mean().item<float>()", "batch.Pixels.mean().item<float>()")]
    public void ALossThatWaitsForTheDeviceIsAWarningAtTheCall(string factor, string marked)
    {
        string source = Definitions.With(Definitions.All, ", batch.Label);", ", batch.Label) " + factor + ";");
        Diagnostic diagnostic = Assert.Single(GeneratorRun.Of(source).BuildDiagnostics());
        Assert.Equal("TDSL0901", diagnostic.Id);
        Assert.Equal(marked, source.Substring(diagnostic.Location.SourceSpan.Start, diagnostic.Location.SourceSpan.Length));
    }

    [Fact]
    public void ColumnsNeedNoTraining()
        => Assert.Empty(GeneratorRun.Of(Definitions.Usings + Definitions.Dataset).BuildDiagnostics());

    [Fact]
    public void TheMessageOfAWrongPlanGivesTheNumbersAndTheRemedy()
    {
        string source = Definitions.With(Definitions.All, "[MicroBatch(64)]", "[MicroBatch(24)]\n[Devices(2)]\n[GradientAccumulation(1)]");
        Assert.Equal(
            "Global batch 64 is not micro-batch 24 x devices 2 x accumulation 1 = 48. Micro-batch 32 or global batch 48 would fit.",
            Assert.Single(GeneratorRun.Of(source).Reported).GetMessage(null));
    }

    [Fact]
    public void APragmaSuppressesWhereItIsWritten()
    {
        string source = Definitions.With(
            Definitions.All, "[Epochs(2)]", "#pragma warning disable TDSL0502\n[Epochs(0)]\n#pragma warning restore TDSL0502");
        Assert.DoesNotContain(GeneratorRun.Of(source).BuildDiagnostics(), static diagnostic => diagnostic.Severity == DiagnosticSeverity.Error);
    }

    [Fact]
    public void SeveralMistakesAreReportedTogether()
    {
        string source = Definitions.With(Definitions.All, "[Epochs(2)]\n[AdamW]", "[Epochs(0)]\n[AdamW(LearningRate = -1, Epsilon = 0)]");
        Assert.Equal(
            ["TDSL0403", "TDSL0405", "TDSL0502"],
            GeneratorRun.Of(source).BuildDiagnostics().Select(static diagnostic => diagnostic.Id).Order());
    }

    [Fact]
    public void EveryDescriptorNamesItsPage()
        => Assert.All(DiagnosticDescriptors.All, static descriptor =>
            Assert.EndsWith($"/docs/diagnostics/{descriptor.Id}.md", descriptor.HelpLinkUri, StringComparison.Ordinal));
}
