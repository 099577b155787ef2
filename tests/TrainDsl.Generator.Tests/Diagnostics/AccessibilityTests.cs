using System;
using System.Linq;
using Microsoft.CodeAnalysis;
using TrainDsl.Generator.Tests.Support;
using Xunit;

namespace TrainDsl.Generator.Tests.Diagnostics;

/// <summary>Models and datasets less accessible than the definition: generated members are narrowed to them.</summary>
public sealed class AccessibilityTests
{
    private static readonly string[] s_nested = ["public", "internal", "private", "protected", "protected internal", "private protected"];

    private static readonly string[] s_topLevel = ["public", "internal"];

    public static TheoryData<string, string, string> Nested => Combinations(s_nested, s_nested);

    public static TheoryData<string, string, string> InTheDefinition => Combinations(s_topLevel, s_nested);

    public static TheoryData<string, string, string> TopLevel => Combinations(s_topLevel, s_topLevel);

    [Theory]
    [MemberData(nameof(TopLevel))]
    public void MembersAreNoMoreAccessibleThanWhatTheyName(string definition, string model, string dataset)
        => Assert.Empty(GeneratorRun.Of(Definitions.Usings + Net(model) + Dataset(dataset) + Training(definition)).BuildDiagnostics());

    [Theory]
    [MemberData(nameof(Nested))]
    public void MembersAreNoMoreAccessibleThanWhatTheyNameInOneClass(string definition, string model, string dataset)
    {
        GeneratorRun run = GeneratorRun.Of(
            Definitions.Usings + "public partial class Outer\n{\n" + Net(model) + Dataset(dataset) + Training(definition) + "}\n");
        Assert.DoesNotContain(run.BuildDiagnostics(), static diagnostic => diagnostic.Id != "TDSL0222");
    }

    [Theory]
    [MemberData(nameof(InTheDefinition))]
    public void PartsOfTheDefinitionMayBePrivate(string definition, string model, string dataset)
    {
        string training = Training(definition).Replace("Net>", "DigitTraining.Net>", StringComparison.Ordinal)
            .Replace("<Digits>", "<DigitTraining.Digits>", StringComparison.Ordinal)
            .Replace("sealed partial class", "partial class", StringComparison.Ordinal);
        string nested = training.TrimEnd()[..^1] + Net(model) + Dataset(dataset) + "}\n";
        Assert.Empty(GeneratorRun.Of(Definitions.Usings + nested).BuildDiagnostics());
    }

    [Fact]
    public void TypeArgumentsCountToo()
    {
        string source = Definitions.Net.Replace("class Net", "class Net<T>", StringComparison.Ordinal) + Definitions.Dataset
            + Definitions.Training.Replace("[Model<Net>]", "[Model<Net<Inner[]>>]", StringComparison.Ordinal)
                .Replace("(Net model", "(Net<Inner[]> model", StringComparison.Ordinal)
            + "internal sealed class Inner;\n";
        GeneratorRun run = GeneratorRun.Of(Definitions.Usings + source);
        Assert.Empty(run.BuildDiagnostics());
        Assert.Contains("internal global::Net<global::Inner[]> Model { get; }", run.Files["DigitTraining.g.cs"], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Net model")]
    [InlineData("nn.Module<Tensor, Tensor> model")]
    public void AModelThatIsLocalToItsFileIsOneError(string parameter)
    {
        string source = Definitions.Usings + Net("file") + Definitions.Dataset + Definitions.With(Definitions.Training, "Net model", parameter);
        Diagnostic diagnostic = Assert.Single(GeneratorRun.Of(source).BuildDiagnostics());
        Assert.Equal(parameter == "Net model" ? "CS9051" : "TDSL0216", diagnostic.Id);
    }

    [Fact]
    public void TheMessageOfADatasetOutOfReachNamesBoth()
    {
        string source = "public partial class Outer\n{\n" + Definitions.Net + Dataset("private") + Definitions.Training + "}\n";
        Assert.Equal(
            "Dataset 'Digits' is less accessible than 'DigitTraining', so that its constructor is private and only 'DigitTraining' itself can call it. "
                + "Make 'Digits' as accessible as 'DigitTraining', or nest it in 'DigitTraining'.",
            Assert.Single(GeneratorRun.Of(Definitions.Usings + source).BuildDiagnostics()).GetMessage(null).Replace("Outer.", "", StringComparison.Ordinal));
    }

    private static string Net(string access) => Definitions.With(Definitions.Net, "public sealed", access + " sealed");

    private static string Dataset(string access) => Definitions.With(Definitions.Dataset, "public sealed", access + " sealed");

    private static string Training(string access) => Definitions.With(Definitions.Training, "public sealed", access + " sealed");

    private static TheoryData<string, string, string> Combinations(string[] definitions, string[] others)
    {
        var combinations = new TheoryData<string, string, string>();
        foreach (string definition in definitions)
        {
            foreach (string model in others)
            {
                foreach (string dataset in others)
                {
                    combinations.Add(definition, model, dataset);
                }
            }
        }

        return combinations;
    }
}
