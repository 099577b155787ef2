using System;
using System.Collections.Immutable;
using System.Linq;
using System.Threading.Tasks;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using TrainDsl.Generator.Analyzers;
using TrainDsl.Generator.Tests.Support;
using Xunit;

namespace TrainDsl.Generator.Tests.Diagnostics;

/// <summary>CA1822 asks that methods which use no instance be static: not of those that generated code declares as an instance's.</summary>
public sealed class SuppressorTests
{
    [Fact]
    public async Task ReadAndHooksMayUseNoInstance()
    {
        string source = Definitions.With(Definitions.All, "    [Loss]",
            "    partial void OnEpoch(EpochReport report)\n    {\n    }\n\n    private int Own() => 1;\n\n    [Loss]");
        GeneratorRun run = GeneratorRun.Of(source);
        ImmutableArray<Diagnostic> found = await run.Output.WithAnalyzers([new MayBeStatic(), new CalledByLoopSuppressor()], new CompilationWithAnalyzersOptions(
            new AnalyzerOptions([]), onAnalyzerException: null, concurrentAnalysis: false, logAnalyzerExecutionTime: false, reportSuppressedDiagnostics: true))
            .GetAnalyzerDiagnosticsAsync();

        string[] Names(bool suppressed) => [.. found.Where(diagnostic => diagnostic.IsSuppressed == suppressed)
            .Select(diagnostic => diagnostic.Location.SourceTree!.ToString().Substring(diagnostic.Location.SourceSpan.Start, diagnostic.Location.SourceSpan.Length))
            .Distinct().Order(StringComparer.Ordinal)];

        Assert.Equal(["OnEpoch", "Read"], Names(suppressed: true));
        Assert.Equal(["Own", "forward"], Names(suppressed: false));
    }

    // As the SDK's analyzer does, without the reading of the body.
#pragma warning disable RS1029, RS1036, RS1038, RS1041, RS2008 // It is a stand-in that no compiler loads.
    [DiagnosticAnalyzer(LanguageNames.CSharp)]
    private sealed class MayBeStatic : DiagnosticAnalyzer
    {
        private static readonly DiagnosticDescriptor s_rule = new("CA1822", "Mark as static", "Mark as static", "Performance", DiagnosticSeverity.Warning, true);

        public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics => [s_rule];

        public override void Initialize(AnalysisContext context)
        {
            context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
            context.EnableConcurrentExecution();
            context.RegisterSymbolAction(
                static symbol =>
                {
                    if (symbol.Symbol is IMethodSymbol { IsStatic: false, MethodKind: MethodKind.Ordinary } method)
                    {
                        Location location = (method.PartialImplementationPart ?? method).Locations[0];
                        symbol.ReportDiagnostic(Diagnostic.Create(s_rule, location));
                    }
                },
                SymbolKind.Method);
        }
    }
#pragma warning restore RS1029, RS1036, RS1038, RS1041, RS2008
}
