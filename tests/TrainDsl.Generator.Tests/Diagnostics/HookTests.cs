using System;
using System.Linq;
using Microsoft.CodeAnalysis.CSharp;
using TrainDsl.Generator.Tests.Support;
using Xunit;

namespace TrainDsl.Generator.Tests.Diagnostics;

public sealed class HookTests
{
    [Theory]
    [InlineData("partial void OnStep(in StepReport step)\n    {\n    }")]
    [InlineData("async partial void OnEpoch(EpochReport epoch) => await System.Threading.Tasks.Task.Yield();")]
    [InlineData("partial void OnStep(in TrainDsl.StepReport step) => OnStep(step.Step);\n\n    private void OnStep(long step) => _ = step;")]
    public void ASoundHookIsAccepted(string hook) => Assert.Empty(GeneratorRun.Of(With(hook)).BuildDiagnostics());

    [Theory]
    [InlineData(
        "private void OnStep(in StepReport step)\n    {\n    }",
        "Hook 'OnStep' is not partial, so that the run does not call it. Write it as 'partial void OnStep(in StepReport step)' with a body.")]
    [InlineData(
        "partial void OnEpoch(in EpochReport epoch)\n    {\n    }",
        "Hook 'OnEpoch' takes 'epoch' by reference, so that the run does not call it. Write it as 'partial void OnEpoch(EpochReport epoch)' with a body.")]
    [InlineData(
        "partial void OnEpoch(long epoch)\n    {\n    }",
        "Hook 'OnEpoch' takes a 'long', so that the run does not call it. Write it as 'partial void OnEpoch(EpochReport epoch)' with a body.")]
    public void TheMessageShowsTheRightSignature(string hook, string message)
        => Assert.Equal(message, Assert.Single(GeneratorRun.Of(With(hook)).BuildDiagnostics()).GetMessage(null));

    [Fact]
    public void AReportThatTheCompilerDoesNotKnowIsLeftToIt()
        => Assert.DoesNotContain(
            GeneratorRun.Of(With("partial void OnStep(in StepReprot step)\n    {\n    }")).BuildDiagnostics(), GeneratorRun.IsOfCatalogue);

    [Fact]
    public void AnErrorElsewhereLeavesASoundHookAlone()
    {
        string source = Definitions.With(With("partial void OnStep(in StepReport step)\n    {\n    }"), "[Epochs(2)]", "[Epochs(0)]");
        Assert.Equal(["TDSL0502"], GeneratorRun.Of(source).BuildDiagnostics().Select(static diagnostic => diagnostic.Id));
    }

    /// <summary>Warnings as a project of today's SDK has them: CS8826 tells of partial methods that differ in more than a body.</summary>
    [Theory]
    [InlineData("partial void OnStep(in StepReport report) => _ = report.Step;")]
    [InlineData("partial void OnEpoch(EpochReport @event)\n    {\n    }")]
    public void AHookMayNameItsParameterAsItLikes(string hook)
    {
        CSharpCompilation compilation = GeneratorRun.Compile(With(hook));
        Assert.Empty(GeneratorRun.Of(compilation.WithOptions(compilation.Options.WithWarningLevel(9999))).BuildDiagnostics());
    }

    private static string With(string hook)
        => Definitions.With(Definitions.All, ", batch.Label);\n", ", batch.Label);\n\n    " + hook + "\n");
}
