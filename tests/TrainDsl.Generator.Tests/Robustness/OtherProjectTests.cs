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
        Assert.Empty(GeneratorRun.Of(application).BuildDiagnostics());
    }
}
