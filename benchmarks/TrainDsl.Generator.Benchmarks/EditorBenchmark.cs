using System;
using BenchmarkDotNet.Attributes;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace TrainDsl.Generator.Benchmarks;

/// <summary>What a keystroke costs: the generator driver's run over a compilation with the edit, as an editor makes it.</summary>
/// <remarks>
/// Each run sees a compilation of its own that has bound nothing yet. Binding what the generator asks about is part of what a keystroke costs,
/// and a second run over the same compilation would find it done. Compilations are made outside of what is timed.
/// </remarks>
[MemoryDiagnoser]
public class EditorBenchmark
{
    private const int RunsPerIteration = 16;

    private readonly CSharpCompilation[] _compilations = new CSharpCompilation[RunsPerIteration];

    private ManyDefinitions _definitions = null!;
    private GeneratorDriver _driver = null!;
    private GeneratorDriver _finder = null!;

    /// <summary>One invocation an iteration, for each sees compilations of its own; it makes several runs, for one is too short to time.</summary>
    public static IConfig Config { get; } = DefaultConfig.Instance.AddJob(
        Job.Default.WithInvocationCount(1).WithUnrollFactor(1).WithWarmupCount(8).WithIterationCount(25).AsDefault());

    /// <summary>How many training definitions the project has, and as many datasets and models.</summary>
    [Params(1, 10, 100)]
    public int Definitions { get; set; }

    /// <summary>Makes the project, checks what edits write again, and lets a driver see the project.</summary>
    [GlobalSetup]
    public void SeeTheProject()
    {
        _definitions = new ManyDefinitions(Definitions);
        Regeneration.Check(_definitions, Definitions);
        _driver = ManyDefinitions.NewDriver().RunGenerators(_definitions.Compilation);
        _finder = ManyDefinitions.NewDriver(new AttributeFinder()).RunGenerators(_definitions.Compilation);
    }

    /// <summary>Makes fresh compilations of the project as it is.</summary>
    [IterationSetup(Target = nameof(Cold))]
    public void MakeFresh() => Fill(_ => _definitions.Fresh());

    /// <summary>Makes compilations with an edit in a file without definitions.</summary>
    [IterationSetup(Targets = [nameof(UnrelatedEdit), nameof(UnrelatedEditFindingAlone)])]
    public void MakeUnrelatedEdits() => Fill(number => _definitions.AfterUnrelatedEdit(2 + number));

    /// <summary>Makes compilations with an edit of one definition.</summary>
    [IterationSetup(Target = nameof(EditOfOneDefinition))]
    public void MakeEditsOfOneDefinition() => Fill(number => _definitions.AfterEditOfOneDefinition(3 + number));

    /// <summary>Makes compilations with an edit of what a file without definitions declares.</summary>
    [IterationSetup(Target = nameof(UnrelatedDeclaration))]
    public void MakeUnrelatedDeclarations() => Fill(number => _definitions.AfterUnrelatedDeclaration($"Value{number}"));

    /// <summary>A driver that has seen nothing yet, as when a project is opened.</summary>
    [Benchmark(OperationsPerInvoke = RunsPerIteration)]
    public GeneratorDriver Cold() => Run(ManyDefinitions.NewDriver());

    /// <summary>An edit in a body in a file without definitions.</summary>
    [Benchmark(OperationsPerInvoke = RunsPerIteration)]
    public GeneratorDriver UnrelatedEdit() => Run(_driver);

    /// <summary>The same by a generator that has Roslyn find the definitions and makes nothing of them.</summary>
    [Benchmark(OperationsPerInvoke = RunsPerIteration)]
    public GeneratorDriver UnrelatedEditFindingAlone() => Run(_finder);

    /// <summary>An edit of a name that a file without definitions declares: any definition might depend on it.</summary>
    [Benchmark(OperationsPerInvoke = RunsPerIteration)]
    public GeneratorDriver UnrelatedDeclaration() => Run(_driver);

    /// <summary>An edit of one definition that changes what is generated.</summary>
    [Benchmark(OperationsPerInvoke = RunsPerIteration)]
    public GeneratorDriver EditOfOneDefinition() => Run(_driver);

    private void Fill(Func<int, CSharpCompilation> make)
    {
        for (int number = 0; number < RunsPerIteration; number++)
        {
            _compilations[number] = make(number);
        }
    }

    // A driver is immutable: each run starts from the same state.
    private GeneratorDriver Run(GeneratorDriver driver)
    {
        GeneratorDriver last = driver;
        foreach (CSharpCompilation compilation in _compilations)
        {
            last = driver.RunGenerators(compilation);
        }

        return last;
    }
}
