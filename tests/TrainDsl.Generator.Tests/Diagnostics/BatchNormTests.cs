using System;
using Microsoft.CodeAnalysis;
using TrainDsl.Generator.Tests.Support;
using Xunit;

namespace TrainDsl.Generator.Tests.Diagnostics;

public sealed class BatchNormTests
{
    private const string Block = """
        public sealed class Block : nn.Module<Tensor, Tensor>
        {
            private readonly nn.Module<Tensor, Tensor> _layers = nn.Sequential(nn.Identity(), nn.BatchNorm2d(1));

            public Block()
                : base("Block")
            {
                RegisterComponents();
            }

            public override Tensor forward(Tensor input) => _layers.call(input);
        }

        """;

    [Theory]
    [InlineData("nn.BatchNorm1d(64)", "BatchNorm1d")]
    [InlineData("nn.Sequential(nn.ReLU(), nn.BatchNorm3d(64))", "BatchNorm3d")]
    [InlineData("nn.Sequential((\"norm\", nn.BatchNorm2d(64)))", "BatchNorm2d")]
    [InlineData("new Block()", "BatchNorm2d")]
    public void ABatchNormOfOneSampleIsAWarningAtTheMicroBatch(string module, string norm)
    {
        string source = Source(module, "[GlobalBatch(64)]\n[MicroBatch(1)]");
        Diagnostic diagnostic = Assert.Single(GeneratorRun.Of(source).BuildDiagnostics());
        Assert.Equal("TDSL0902", diagnostic.Id);
        Assert.Equal(source.IndexOf("1)]\n[Epochs", StringComparison.Ordinal), diagnostic.Location.SourceSpan.Start);
        Assert.Equal(
            $"Model 'Net' has a {norm}, which normalises over the micro-batch of one replica, but each micro-batch holds 1 sample. "
                + "Use larger micro-batches with less accumulation, or GroupNorm.",
            diagnostic.GetMessage(null));
    }

    [Fact]
    public void AnInferredMicroBatchIsAWarningAtTheGlobalBatch()
    {
        string source = Source("nn.BatchNorm1d(64)", "[GlobalBatch(64)]\n[Devices(2)]\n[GradientAccumulation(32)]");
        Diagnostic diagnostic = Assert.Single(GeneratorRun.Of(source).BuildDiagnostics());
        Assert.Equal("TDSL0902", diagnostic.Id);
        Assert.Equal(source.IndexOf("64)]\n[Devices", StringComparison.Ordinal), diagnostic.Location.SourceSpan.Start);
    }

    [Fact]
    public void ALastMicroBatchOfOneSampleIsAWarningForVectors()
    {
        Diagnostic diagnostic = Assert.Single(GeneratorRun.Of(Source("nn.BatchNorm1d(64)", "[MicroBatch(33)]")).BuildDiagnostics());
        Assert.Equal("TDSL0902", diagnostic.Id);
        Assert.Contains("the last micro-batch of an epoch (100 samples in micro-batches of 33) holds 1 sample", diagnostic.GetMessage(null),
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("nn.BatchNorm1d(64)", "[GlobalBatch(64)]\n[MicroBatch(2)]")]
    [InlineData("nn.BatchNorm2d(64)", "[MicroBatch(33)]")]
    [InlineData("nn.GroupNorm(1, 64)", "[MicroBatch(1)]")]
    [InlineData("nn.Identity()", "[MicroBatch(1)]")]
    public void OthersAreNoWarning(string module, string plan) => Assert.Empty(GeneratorRun.Of(Source(module, plan)).BuildDiagnostics());

    [Fact]
    public void WithoutThePartialBatchTheLastMicroBatchIsWhole()
        => Assert.Empty(GeneratorRun.Of(
            Definitions.With(Source("nn.BatchNorm1d(64)", "[MicroBatch(33)]"), "[Dataset<Digits>]", "[Dataset<Digits>(DropLast = true)]"))
            .BuildDiagnostics());

    private static string Source(string module, string plan)
    {
        string source = Definitions.With(Definitions.All, "    public Net()", $"    private readonly nn.Module _more = {module};\n\n    public Net()");
        return Definitions.With(source, "[GlobalBatch(64)]\n[MicroBatch(64)]", plan) + Block;
    }
}
