using System;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using TrainDsl.Generator.Tests.Support;
using Xunit;

namespace TrainDsl.Generator.Tests.Robustness;

/// <summary>Definitions that are unusual and right.</summary>
public sealed class OddDefinitionTests
{
    private const string Overload = "    private static Tensor Loss(Net model, in Digits.Batch batch) => model.call(batch.Pixels);\n\n    [Loss]";

    [Theory]
    [InlineData("public long Count => 100;", "long IDataset.Count => 100;")]
    [InlineData("public long Count => 100;", "public int Count => 3;\n\n    long IDataset.Count => 1000;")]
    [InlineData("public sealed partial class Digits : IDataset\n{\n    public long Count => 100;", "public abstract class Counted : IDataset\n{\n"
        + "    long IDataset.Count => 100;\n}\n\npublic sealed partial class Digits : Counted, IDataset\n{", true)]
    [InlineData("public sealed partial class Digits : IDataset\n{\n    public long Count => 100;", "public interface ICounted : IDataset\n{\n"
        + "    long IDataset.Count => 100;\n}\n\npublic sealed partial class Digits : ICounted\n{", true)]
    [InlineData("public Net()\n", "public Net(params int[] sizes)\n")]
    [InlineData("public Net()\n", "public Net(int size = 3)\n")]
    [InlineData("public Net()\n", "public Net(int size = 3, params int[] sizes)\n")]
    [InlineData("public Net()\n", "[System.Diagnostics.CodeAnalysis.SetsRequiredMembers]\n    public Net()\n")]
    [InlineData("in Row row", "scoped in Row row")]
    [InlineData("public partial void Read(long", "partial void Read(string text);\n\n    partial void Read(string text) => _ = text;\n\n    public partial void Read(long")]
    [InlineData("    [Loss]", "    partial void OnStep(scoped in StepReport report) => _ = report.Step;\n\n    [Loss]")]
    [InlineData("namespace Sample;\n", "namespace Sample;\n\npublic class Base(string name = \"b\")\n{\n    public string Name => name;\n}\n")]
    public void IsSound(string old, string replacement, bool moveColumns = false)
    {
        string source = Definitions.With(Definitions.All, old, replacement);
        if (moveColumns)
        {
            const string Columns = "[Column<float>(\"Pixels\", 1, 8, 8)]\n[Column<long>(\"Label\")]\n";
            source = Definitions.With(Definitions.With(source, Columns, ""), "public sealed partial class Digits", Columns + "public sealed partial class Digits");
        }

        Assert.Empty(GeneratorRun.Of(source).BuildDiagnostics());
    }

    /// <summary>The unmarked overload takes the model's own type, and fits a call with a model of that type better.</summary>
    [Fact]
    public void TheMarkedLossIsCalled()
    {
        string source = Definitions.With(Definitions.All, "    [Loss]\n    private static Tensor Loss(Net model", Overload
            + "\n    private static Tensor Loss(nn.Module<Tensor, Tensor> model");
        GeneratorRun run = GeneratorRun.Of(source);
        Assert.Empty(run.BuildDiagnostics());
        foreach (SyntaxTree tree in run.Output.SyntaxTrees.Where(static tree => tree.FilePath.EndsWith(".g.cs", StringComparison.Ordinal)))
        {
            SemanticModel model = run.Output.GetSemanticModel(tree);
            Assert.All(
                tree.GetRoot().DescendantNodes().OfType<Microsoft.CodeAnalysis.CSharp.Syntax.InvocationExpressionSyntax>()
                    .Select(call => model.GetSymbolInfo(call).Symbol)
                    .OfType<IMethodSymbol>()
                    .Where(static method => method is { Name: "Loss", ContainingType.Name: "DigitTraining" }),
                static method => Assert.Contains(method.GetAttributes(), static attribute => attribute.AttributeClass?.Name == "LossAttribute"));
        }
    }

    /// <summary>What is wrong is the compiler's to say, or ours: in the user's file, and once.</summary>
    [Theory]
    [InlineData("CS0542", "DigitTraining", "Loss", "")]
    [InlineData("TDSL0217", "class DigitTraining", "class DigitTraining : Hooked", "public class Hooked\n{\n    protected virtual void OnStep(in StepReport report)\n    {\n    }\n}\n")]
    [InlineData("TDSL0217", "class DigitTraining", "class DigitTraining : Hooked", "public class Hooked\n{\n    public int OnEpoch => 1;\n}\n")]
    [InlineData("", "class DigitTraining", "class DigitTraining : Hooked", "public class Hooked\n{\n    public void OnEpoch()\n    {\n    }\n}\n")]
    [InlineData("TDSL0217", "sealed partial class Digits", "partial class Digits",
        "[Column<float>(\"Z\")]\npublic sealed partial class More : Digits\n{\n    public partial void Read(long index, in Row row) => row.Z = 1;\n}\n")]
    public void NoFurtherErrorIsInGeneratedCode(string id, string old, string replacement, string after)
    {
        string source = Definitions.All.Replace(old, replacement, StringComparison.Ordinal) + after;
        Assert.Equal(id, string.Join(',', GeneratorRun.Of(source).BuildDiagnostics().Select(static found => found.Id)));
    }

    [Fact]
    public void ADefinitionWithinItsDatasetMeansItsBatch()
    {
        string training = Definitions.With(Definitions.Training, "in Digits.Batch batch", "in Batch batch");
        string source = Definitions.Usings + "namespace Sample;\n\npublic class Batch;\n\n" + Definitions.Net
            + Definitions.With(Definitions.Dataset, "    public long Count", training + "    public long Count");
        Assert.Empty(GeneratorRun.Of(source).BuildDiagnostics());
    }

    [Theory]
    [InlineData("[System.Obsolete]", "CS0612")]
    [InlineData("[System.Obsolete(\"old\")]", "CS0618")]
    [InlineData("[System.Obsolete(\"old\", DiagnosticId = \"OLD1\")]", "OLD1")]
    [InlineData("[System.Diagnostics.CodeAnalysis.Experimental(\"EXP1\")]", "EXP1")]
    public void WhatAUserSuppressesIsSuppressedInGeneratedCodeToo(string attribute, string id)
    {
        string source = Definitions.All.Replace("public sealed class Net", attribute + "\npublic sealed class Net", StringComparison.Ordinal)
            .Replace("[Column<float>(", attribute + "\n[Column<float>(", StringComparison.Ordinal);
        Assert.Empty(GeneratorRun.Of($"#pragma warning disable {id}\n" + source).BuildDiagnostics());
    }

    [Fact]
    public void AColumnMayHaveTheNameOfItsDataset()
        => Assert.Empty(GeneratorRun.Of(Definitions.All.Replace("Digits", "Pixels", StringComparison.Ordinal)).BuildDiagnostics());

    [Fact]
    public void GeneratedCodeIsCSharp11()
    {
        string source = Definitions.With(Definitions.All, "[AdamW]", "[AdamW]\n[Checkpoint(EverySteps = 2)]");
        CSharpCompilation compilation = GeneratorRun.Compile(source);
        var options = new CSharpParseOptions(LanguageVersion.CSharp11);
        compilation = compilation.RemoveAllSyntaxTrees().AddSyntaxTrees(CSharpSyntaxTree.ParseText(source, options, "File0.cs"));
        GeneratorDriver driver = GeneratorRun.NewDriver(track: false).WithUpdatedParseOptions(options);
        Assert.Empty(GeneratorRun.Of(compilation, driver).BuildDiagnostics());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void ATypeBehindAnAliasIsRefusedUnlessItIsGlobalToo(bool isGlobalToo)
    {
        Compilation library = GeneratorRun.Of(Definitions.Usings + Definitions.Net + Definitions.Dataset).Output.WithAssemblyName("Library");
        string source = "extern alias Lib;\n" + Definitions.Usings + Definitions.Training
            .Replace("<Net>", "<Lib::Net>", StringComparison.Ordinal).Replace("Net model", "Lib::Net model", StringComparison.Ordinal)
            .Replace("<Digits>", "<Lib::Digits>", StringComparison.Ordinal).Replace("in Digits", "in Lib::Digits", StringComparison.Ordinal);
        CompilationReference reference = library.ToMetadataReference(isGlobalToo ? ["global", "Lib"] : ["Lib"]);
        Diagnostic[] found = [.. GeneratorRun.Of(GeneratorRun.Compile(source).AddReferences(reference)).BuildDiagnostics()
            .Where(static diagnostic => diagnostic.Severity == DiagnosticSeverity.Error)];
        if (isGlobalToo)
        {
            Assert.Empty(found);
        }
        else
        {
            Assert.All(found, static diagnostic => Assert.True(
                diagnostic.Id == "TDSL0218" || !diagnostic.Location.SourceTree!.FilePath.EndsWith(".g.cs", StringComparison.Ordinal), diagnostic.ToString()));
            Assert.Contains(found, static diagnostic => diagnostic.Id == "TDSL0218");
        }
    }

    /// <summary>One mistake in a project that asks for documentation is not one warning more for each member that stands in.</summary>
    [Fact]
    public void MembersThatStandInAreDocumented()
    {
        string source = Definitions.With(Definitions.All, "[MicroBatch(64)]", "[MicroBatch(24)]");
        GeneratorRun run = GeneratorRun.Of(source);
        Compilation documented = run.Output.RemoveAllSyntaxTrees().AddSyntaxTrees(run.Output.SyntaxTrees.Select(static tree
            => tree.WithRootAndOptions(tree.GetRoot(), CSharpParseOptions.Default.WithDocumentationMode(DocumentationMode.Diagnose))));
        Assert.DoesNotContain(
            documented.GetDiagnostics(),
            static diagnostic => diagnostic.Id == "CS1591" && diagnostic.Location.SourceTree!.FilePath.EndsWith(".g.cs", StringComparison.Ordinal));
    }
}
