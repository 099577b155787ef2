using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.RegularExpressions;
using System.Threading.Tasks;
using TrainDsl.Generator.Tests.Support;
using Xunit;

namespace TrainDsl.Generator.Tests.CodeFixes;

public sealed class BatchFittingRefactoringTests
{
    private const string Batch = "[GlobalBatch(64)]\n[MicroBatch(64)]\n";

    [Theory]
    [InlineData("[GlobalBatch(64)]\n[MicroBatch(64)]\n", "Fit to less memory", "[GlobalBatch(64)]\n[MicroBatch(32)]\n[Epochs")]
    [InlineData("[MicroBatch(64)]\n", "Fit to less memory", "[Training]\n[GlobalBatch(64)]\n[Model<Net>]\n[Dataset<Digits>]\n[MicroBatch(32)]\n")]
    [InlineData("[MicroBatch(16)]\n[GradientAccumulation(4)]\n", "Fit to less memory", "[MicroBatch(8)]\n[GradientAccumulation(8)]\n")]
    [InlineData("[MicroBatch(16)]\n[GradientAccumulation(4)]\n", "Use more memory", "[MicroBatch(32)]\n[GradientAccumulation(2)]\n")]
    [InlineData("[GlobalBatch(64)]\n[MicroBatch(16)]\n", "Fit to 4 devices", "[Training]\n[Devices(4)]\n")]
    [InlineData("[MicroBatch(8)]\n[Devices(4)]\n[GradientAccumulation(2)]\n", "Fit to 1 device",
        "[MicroBatch(8)]\n[Devices(1)]\n[GradientAccumulation(8)]\n")]
    public async Task ThePlanIsRewritten(string batch, string what, string expected)
    {
        IReadOnlyList<(string Title, Func<Task<string>> Apply)> offered = await Offer(batch);
        (string title, Func<Task<string>> apply) = offered.Single(action => action.Title.StartsWith(what + ":", StringComparison.Ordinal));
        Assert.EndsWith(")", title, StringComparison.Ordinal);
        Assert.Contains(expected, await apply(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("[GlobalBatch(64)]\n[MicroBatch(64)]\n")]
    [InlineData("[MicroBatch(15)]\n[GradientAccumulation(3)]\n")]
    [InlineData("[GlobalBatch(96)]\n[MicroBatch(12)]\n[Devices(2, Nodes = 2)]\n")]
    [InlineData("[GlobalBatch(96)]\n[MicroBatch(6)]\n[Devices(2)]\n[GradientAccumulation(8)]\n")]
    [InlineData("[GlobalBatch(32)]\n[GradientAccumulation(4)]\n")]
    public async Task WhateverIsOfferedIsSoundAndKeepsTheGlobalBatch(string batch)
    {
        long global = GlobalOf(GeneratorRun.Of(With(batch)));
        IReadOnlyList<(string Title, Func<Task<string>> Apply)> offered = await Offer(batch);
        Assert.NotEmpty(offered);
        foreach ((string title, Func<Task<string>> apply) in offered)
        {
            GeneratorRun run = GeneratorRun.Of(await apply());
            Assert.Empty(run.BuildDiagnostics());
            Assert.Equal(global, GlobalOf(run));
            Assert.EndsWith($"(keeps global {global})", title, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task NothingIsOfferedThatCannotBe()
    {
        IReadOnlyList<(string Title, Func<Task<string>> Apply)> offered = await Offer("[MicroBatch(1)]\n");
        Assert.Empty(offered);
        Assert.Empty(await Offer("[GlobalBatch(64)]\n[MicroBatch(24)]\n"));
    }

    private static string With(string batch) => Definitions.With(Definitions.All, Batch, batch);

    private static Task<IReadOnlyList<(string Title, Func<Task<string>> Apply)>> Offer(string batch)
    {
        string source = With(batch);
        return FixRun.Refactorings(source, source.IndexOf("class DigitTraining", StringComparison.Ordinal) + "class D".Length);
    }

    private static long GlobalOf(GeneratorRun run)
        => long.Parse(Regex.Match(run.Files["Sample.DigitTraining.g.cs"], "global batch (?<n>\\d+) = ").Groups["n"].Value);
}
