using System;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using TrainDsl.Generator.Tests.Support;
using Xunit;

namespace TrainDsl.Generator.Tests.Robustness;

public sealed class OtherProjectTests
{
    /// <summary>In an editor, symbols of another project come with source that is not part of this project's compilation.</summary>
    [Fact]
    public void AModelAndADatasetOfAnotherProjectAreSound()
    {
        Compilation library = GeneratorRun.Of(Definitions.Usings + Definitions.Net + Definitions.Dataset).Output.WithAssemblyName("Library");
        string training = Definitions.With(Definitions.Training, "[MicroBatch(64)]", "[MicroBatch(1)]");
        CSharpCompilation application = GeneratorRun.Compile(Definitions.Usings + training).AddReferences(library.ToMetadataReference());
        GeneratorRun run = GeneratorRun.Of(application);
        Assert.Empty(run.BuildDiagnostics());

        // A stand-in would compile as well.
        Assert.Contains("while (meter.Step < totalSteps", run.Files["DigitTraining.g.cs"], StringComparison.Ordinal);
    }
}
