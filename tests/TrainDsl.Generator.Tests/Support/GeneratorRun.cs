using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.IO;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;

namespace TrainDsl.Generator.Tests.Support;

/// <summary>A compilation with its generated source: what a build of these files would be.</summary>
internal sealed class GeneratorRun
{
    private static readonly MetadataReference[] s_references = [.. TrustedAssemblies()
        .Append(typeof(TrainingAttribute).Assembly.Location)
        .Append(typeof(TorchSharp.torch).Assembly.Location)
        .Distinct(StringComparer.Ordinal)
        .Select(static path => MetadataReference.CreateFromFile(path))];

    private GeneratorRun(CSharpCompilation input, GeneratorDriver driver)
    {
        Driver = driver.RunGeneratorsAndUpdateCompilation(input, out Compilation output, out ImmutableArray<Diagnostic> reported);
        Output = output;
        Reported = reported;
    }

    /// <summary>The analyzers that come with the generator.</summary>
    public static ImmutableArray<DiagnosticAnalyzer> Analyzers { get; } = [.. typeof(TrainDslGenerator).Assembly.GetTypes()
        .Where(static type => type.IsSubclassOf(typeof(DiagnosticAnalyzer)) && !type.IsAbstract)
        .Select(static type => (DiagnosticAnalyzer)Activator.CreateInstance(type)!)];

    public GeneratorDriver Driver { get; }

    /// <summary>The user's source and the generated source.</summary>
    public Compilation Output { get; }

    /// <summary>What the generator reported.</summary>
    public ImmutableArray<Diagnostic> Reported { get; }

    /// <summary>The generated files by name.</summary>
    public IReadOnlyDictionary<string, string> Files => Driver.GetRunResult().Results.Single().GeneratedSources
        .ToDictionary(static source => source.HintName, static source => source.SourceText.ToString());

    public GeneratorRunResult Result => Driver.GetRunResult().Results.Single();

    public static CSharpCompilation Compile(params string[] sources)
        => CSharpCompilation.Create(
            "Sample",
            sources.Select(static (source, index) => CSharpSyntaxTree.ParseText(source, path: $"File{index}.cs")),
            s_references,
            new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, nullableContextOptions: NullableContextOptions.Enable,
                // As the SDK has it: TorchSharp is built for an older runtime.
                specificDiagnosticOptions: [new("CS1701", ReportDiagnostic.Suppress)]));

    public static GeneratorRun Of(params string[] sources) => Of(Compile(sources));

    public static GeneratorRun Of(CSharpCompilation compilation)
        => new(compilation, NewDriver(track: true));

    /// <summary>A driver that has seen nothing yet.</summary>
    /// <param name="track">Whether it keeps record of which steps ran.</param>
    public static GeneratorDriver NewDriver(bool track)
        => CSharpGeneratorDriver.Create(
            [new TrainDslGenerator().AsSourceGenerator()],
            driverOptions: new GeneratorDriverOptions(IncrementalGeneratorOutputKind.None, trackIncrementalGeneratorSteps: track));

    /// <summary>Runs a driver that has seen an earlier state of the compilation.</summary>
    public static GeneratorRun Of(CSharpCompilation compilation, GeneratorDriver driver) => new(compilation, driver);

    /// <summary>Runs the same driver on an edited compilation, as an editor does.</summary>
    public GeneratorRun Then(CSharpCompilation edited) => new(edited, Driver);

    /// <summary>
    /// Every warning and error of a build, and every hint of the catalogue, in the order of the source: the generator's, the analyzers' and the
    /// compiler's.
    /// </summary>
    public ImmutableArray<Diagnostic> BuildDiagnostics()
        => [.. Reported.Concat(Output.WithAnalyzers(Analyzers).GetAllDiagnosticsAsync().GetAwaiter().GetResult())
            .Where(static diagnostic => !diagnostic.IsSuppressed && (diagnostic.Severity >= DiagnosticSeverity.Warning || IsOfCatalogue(diagnostic)))
            .OrderBy(static diagnostic => diagnostic.Location.SourceSpan.Start)];

    /// <summary>Whether a diagnostic is one of this repository's.</summary>
    public static bool IsOfCatalogue(Diagnostic diagnostic) => diagnostic.Id.StartsWith("TDSL", StringComparison.Ordinal);

    private static string[] TrustedAssemblies()
        => ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Where(static path => Path.GetFileName(path) is string name && (name.StartsWith("System.", StringComparison.Ordinal)
                || name is "mscorlib.dll" or "netstandard.dll" or "System.dll"))
            .ToArray();
}
