using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;
using TrainDsl.Generator.Tests.Diagnostics;
using TrainDsl.Generator.Tests.Support;
using Xunit;

namespace TrainDsl.Generator.Tests.Robustness;

/// <summary>Definitions with tokens deleted, doubled and cut off: generator, analyzers, fixes and the refactoring live with all of them.</summary>
public sealed class MutationTests
{
    private const int Seed = 20240229;
    private const int PairsEach = 100;
    private const int MutantsOfAWrongDefinition = 2;

    // Analyzers bind every body, and fixes are applied one by one: each sees a part of the mutants, not always the same kind of them.
    private const int AnalyzedEvery = 15;
    private const int FixedEvery = 10;

    private const string Header = Definitions.Usings + "namespace Sample;\n\n";

    private const string Documented = """
        [Training, Model<Net>, Dataset<Digits>(Shuffle = true, DropLast = false)]
        [GlobalBatch(64)]
        [MicroBatch(size: 8)]
        [Devices(2, Nodes = 2)]
        [GradientAccumulation(2)]
        [Epochs(20)]
        [MaxSteps(1000)]
        [AdamW(LearningRate = 1e-3, Beta1 = 0.9, WeightDecay = 1e-2, DecayOnly = DecayOnly.Matrices)]
        [CosineDecay(WarmupSteps = 100, DecaySteps = 900, FinalFactor = 0.1)]
        [ClipGradNorm(1.0)]
        [Seed(-7)]
        public sealed partial class DigitTraining
        {
            public DigitTraining()
                : this(new Digits())
            {
            }

            [Loss]
            private static Tensor Loss(Net model, in Digits.Batch batch) => nn.functional.cross_entropy(model.call(batch.Pixels), batch.Label);

            [Metric("accuracy")]
            private static Tensor Accuracy(Net model, in Digits.Batch batch) => model.call(batch.Pixels).argmax(1).eq(batch.Label).mean();

            partial void OnStep(in StepReport step) => _ = step.Step;
        }

        """;

    private const string Nested = """
        public static partial class Outer
        {
            [Training]
            [Model<Net>]
            [Dataset<Digits>]
            [MicroBatch(16)]
            [MaxSteps(500)]
            [Sgd(LearningRate = 0.1, Momentum = 0.9, Nesterov = true)]
            [StepDecay(30, Factor = 0.5, WarmupSteps = 5)]
            internal sealed partial class DigitTraining
            {
                [Loss]
                private static WeightedSum Loss(Net model, in Digits.Batch batch)
                    => new(nn.functional.cross_entropy(model.call(batch.Pixels), batch.Label), torch.tensor((float)batch.Count));

                [ModelFactory]
                private static Net CreateNet() => new();
            }
        }

        """;

    private static readonly CSharpCompilation s_model = GeneratorRun.Compile(Header + Definitions.Net);

    public static TheoryData<string> Sound =>
    [
        Header + Definitions.Dataset + Definitions.Training,
        Header + Definitions.Dataset + Documented,
        Header + Definitions.Dataset + Nested,
    ];

    [Theory]
    [MemberData(nameof(Sound))]
    public async Task CodeThatIsStillBeingTypedMakesNothingThrow(string source)
    {
        Assert.Empty(Generate(source).Reported);
        var random = new Random(Seed);
        string[] mutants = [.. Mutations.All(source), .. Mutations.Pairs(source, PairsEach, random)];
        (string[] reported, int offered) = await Check(mutants);
        Assert.True(mutants.Length > 500, $"There are {mutants.Length} mutants.");
        Assert.True(reported.Length > 5 && offered > 50, $"Only {string.Join(", ", reported)} were reported, and {offered} actions offered.");
    }

    // Mistakes of every kind are where fixes have something to do.
    [Fact]
    public async Task MistakesThatAreStillBeingTypedMakeNothingThrow()
    {
        var random = new Random(Seed);
        string[] mutants = [.. DiagnosticCases.All.Select(static row => ((string)row[1]).Replace("[|", "").Replace("|]", ""))
            .Select(static source => source.Replace(Header + Definitions.Net, Header, StringComparison.Ordinal))
            .SelectMany(source => Enumerable.Range(0, MutantsOfAWrongDefinition).Select(_ => Mutations.One(source, random)))];
        (string[] reported, int offered) = await Check(mutants);
        Assert.True(reported.Length > 30 && offered > 50, $"Only {string.Join(", ", reported)} were reported, and {offered} actions offered.");
    }

    // The ids of what was reported, and the number of actions that were offered and carried out.
    private static async Task<(string[] Reported, int Offered)> Check(string[] mutants)
    {
        int offered = 0;
        var reported = new ConcurrentBag<string>();
        GeneratorDriver driver = GeneratorRun.Of(s_model, GeneratorRun.NewDriver(track: false)).Driver;
        await Parallel.ForAsync(0, mutants.Length, async (index, cancellation) =>
        {
            string mutant = mutants[index];
            GeneratorRun run = Generate(mutant, driver);
            Assert.True(run.Result.Exception is null, $"{run.Result.Exception}\n{mutant}");
            Assert.DoesNotContain(run.Reported, static diagnostic => diagnostic.Id == "CS8785");
            AssertIsWellFormed(run, mutant);
            IEnumerable<Diagnostic> diagnostics = run.Reported;
            if (index % AnalyzedEvery == 0)
            {
                diagnostics = diagnostics.Concat(await Analyze(run, mutant, cancellation));
            }

            Diagnostic[] own = [.. diagnostics.Where(static diagnostic => diagnostic.Id.StartsWith("TDSL", StringComparison.Ordinal))];
            foreach (Diagnostic diagnostic in own)
            {
                reported.Add(diagnostic.Id);
                Assert.True(diagnostic.Location.IsInSource, $"{diagnostic}\n{mutant}");
            }

            if (index % FixedEvery == 0 || index % AnalyzedEvery == 0)
            {
                Interlocked.Add(ref offered, await Fix(mutant, own));
            }
        });
        return ([.. reported.Distinct().Order()], offered);
    }

    private static GeneratorRun Generate(string source, GeneratorDriver? driver = null)
    {
        CSharpCompilation compilation = s_model.AddSyntaxTrees(CSharpSyntaxTree.ParseText(source, path: "Mutant.cs"));
        return driver is null ? GeneratorRun.Of(compilation) : GeneratorRun.Of(compilation, driver);
    }

    private static void AssertIsWellFormed(GeneratorRun run, string source)
    {
        Diagnostic[] wrong = [.. run.Output.SyntaxTrees.Where(static tree => tree.FilePath.EndsWith(".g.cs", StringComparison.Ordinal))
            .SelectMany(static tree => tree.GetDiagnostics())];
        Assert.True(wrong.Length == 0, $"{string.Join<Diagnostic>("\n", wrong)}\n{source}");
    }

    private static async Task<ImmutableArray<Diagnostic>> Analyze(GeneratorRun run, string mutant, CancellationToken cancellation)
    {
        var thrown = new ConcurrentQueue<Exception>();
        CompilationWithAnalyzers analyzed = run.Output.WithAnalyzers(GeneratorRun.Analyzers, new CompilationWithAnalyzersOptions(
            new AnalyzerOptions([]), (exception, _, _) => thrown.Enqueue(exception), concurrentAnalysis: false, logAnalyzerExecutionTime: false));
        ImmutableArray<Diagnostic> found = await analyzed.GetAnalyzerDiagnosticsAsync(cancellation);
        Assert.True(thrown.IsEmpty, $"{string.Join("\n", thrown)}\n{mutant}");
        Assert.DoesNotContain(found, static diagnostic => diagnostic.Id == "AD0001");
        return found;
    }

    // Everything that an editor would offer is asked for and carried out.
    private static async Task<int> Fix(string mutant, Diagnostic[] diagnostics)
    {
        int offered = 0;
        try
        {
            foreach ((_, _, Func<Task<string>> apply) in await FixRun.Fixes(mutant, diagnostics, Header + Definitions.Net))
            {
                await apply();
                offered++;
            }

            for (int position = 0; position < mutant.Length; position += Math.Max(1, mutant.Length / 5))
            {
                foreach ((_, Func<Task<string>> apply) in await FixRun.Refactorings(mutant, position, Header + Definitions.Net))
                {
                    await apply();
                    offered++;
                }
            }

            return offered;
        }
        catch (Exception exception)
        {
            throw new InvalidOperationException($"{string.Join<Diagnostic>("\n", diagnostics)}\n{mutant}", exception);
        }
    }
}
