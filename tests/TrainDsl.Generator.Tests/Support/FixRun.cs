using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CodeRefactorings;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Text;
using TrainDsl.CodeFixes;

namespace TrainDsl.Generator.Tests.Support;

/// <summary>What an editor offers on a file: the fixes of its diagnostics, and refactorings.</summary>
internal static class FixRun
{
    public static readonly CodeFixProvider[] Providers = [.. typeof(BatchPlanCodeFixProvider).Assembly.GetTypes()
        .Where(static type => type.IsSubclassOf(typeof(CodeFixProvider)) && !type.IsAbstract)
        .Select(static type => (CodeFixProvider)Activator.CreateInstance(type)!)];

    // A file of a project that has found its references: opening another text in it costs no more than an edit does in an editor.
    private static readonly ConcurrentDictionary<string, Document> s_projects = new(StringComparer.Ordinal);

    /// <summary>The fixes of the diagnostics of a file with this text, each with the id of its diagnostic.</summary>
    public static async Task<IReadOnlyList<(string Id, string Title, Func<Task<string>> Apply)>> Fixes(
        string source, IEnumerable<Diagnostic> diagnostics, string beside = "")
    {
        Document document = Open(source, beside);
        SyntaxTree tree = (await document.GetSyntaxTreeAsync())!;
        var offered = new List<(string, string, Func<Task<string>>)>();
        foreach (Diagnostic reported in diagnostics.Where(static diagnostic => diagnostic.Location.IsInSource))
        {
            Diagnostic diagnostic = Diagnostic.Create(reported.Descriptor, Location.Create(tree, reported.Location.SourceSpan));
            foreach (CodeFixProvider provider in Providers.Where(provider => provider.FixableDiagnosticIds.Contains(diagnostic.Id)))
            {
                await provider.RegisterCodeFixesAsync(new CodeFixContext(
                    document,
                    diagnostic,
                    (action, _) => offered.Add((diagnostic.Id, action.Title, () => Apply(action, document.Id))),
                    CancellationToken.None));
            }
        }

        return offered;
    }

    /// <summary>The refactorings at a place of a file with this text.</summary>
    public static async Task<IReadOnlyList<(string Title, Func<Task<string>> Apply)>> Refactorings(
        string source, int position, string beside = "")
    {
        Document document = Open(source, beside);
        var offered = new List<(string, Func<Task<string>>)>();
        await new BatchFittingRefactoringProvider().ComputeRefactoringsAsync(new CodeRefactoringContext(
            document,
            new TextSpan(position, 0),
            action => offered.Add((action.Title, () => Apply(action, document.Id))),
            CancellationToken.None));
        return offered;
    }

    /// <summary>A file with this text, in a project with another one.</summary>
    public static Document Open(string source, string beside = "")
        => s_projects.GetOrAdd(beside, Prepare).WithText(SourceText.From(source));

    private static Document Prepare(string beside)
    {
        Compilation compilation = GeneratorRun.Compile();
        Document file = new AdhocWorkspace().CurrentSolution
            .AddProject("Sample", "Sample", LanguageNames.CSharp)
            .WithMetadataReferences(compilation.References)
            .WithCompilationOptions(compilation.Options)
            .AddAnalyzerReference(new GeneratorReference())
            .AddDocument("Beside.cs", beside, filePath: "Beside.cs").Project
            .AddDocument("File0.cs", "", filePath: "File0.cs");
        _ = file.Project.GetCompilationAsync().GetAwaiter().GetResult();
        return file;
    }

    /// <summary>Carries out one action at every place of a file, as "fix all in document" does.</summary>
    /// <param name="source">The text of the file.</param>
    /// <param name="id">The diagnostic.</param>
    /// <param name="title">The title of the action as it is offered at the first place.</param>
    public static async Task<string> FixAll(string source, string id, string title)
    {
        Document document = Open(source);
        SyntaxTree tree = (await document.GetSyntaxTreeAsync())!;
        ImmutableArray<Diagnostic> diagnostics = [.. GeneratorRun.Of(source).BuildDiagnostics().Where(diagnostic => diagnostic.Id == id)
            .Select(reported => Diagnostic.Create(reported.Descriptor, Location.Create(tree, reported.Location.SourceSpan)))];
        foreach (CodeFixProvider provider in Providers.Where(provider => provider.FixableDiagnosticIds.Contains(id)))
        {
            CodeAction? first = null;
            await provider.RegisterCodeFixesAsync(new CodeFixContext(
                document, diagnostics[0], (action, _) => first = action.Title == title ? action : first, CancellationToken.None));
            if (first is not null && provider.GetFixAllProvider() is { } all && all.GetSupportedFixAllDiagnosticIds(provider).Contains(id))
            {
                CodeAction? action = await all.GetFixAsync(new FixAllContext(
                    document, provider, FixAllScope.Document, first.EquivalenceKey!, [id], new Known(diagnostics), CancellationToken.None));
                return await Apply(action!, document.Id);
            }
        }

        throw new ArgumentException($"'{title}' cannot be carried out everywhere.", nameof(title));
    }

    private static async Task<string> Apply(CodeAction action, DocumentId document)
    {
        ApplyChangesOperation operation = (await action.GetOperationsAsync(CancellationToken.None)).OfType<ApplyChangesOperation>().Single();
        return (await operation.ChangedSolution.GetDocument(document)!.GetTextAsync()).ToString();
    }

    // Runs the generator in the project, so that a fix sees what it would see in an editor.
    private sealed class GeneratorReference : AnalyzerReference
    {
        private readonly ImmutableArray<ISourceGenerator> _generators = [new TrainDslGenerator().AsSourceGenerator()];

        public override string? FullPath => null;

        public override object Id => nameof(GeneratorReference);

        public override ImmutableArray<DiagnosticAnalyzer> GetAnalyzers(string language) => [];

        public override ImmutableArray<DiagnosticAnalyzer> GetAnalyzersForAllLanguages() => [];

        public override ImmutableArray<ISourceGenerator> GetGenerators(string language) => _generators;

        public override ImmutableArray<ISourceGenerator> GetGeneratorsForAllLanguages() => _generators;
    }

    private sealed class Known(ImmutableArray<Diagnostic> diagnostics) : FixAllContext.DiagnosticProvider
    {
        public override Task<IEnumerable<Diagnostic>> GetAllDiagnosticsAsync(Project project, CancellationToken cancellationToken)
            => Task.FromResult<IEnumerable<Diagnostic>>(diagnostics);

        public override Task<IEnumerable<Diagnostic>> GetDocumentDiagnosticsAsync(Document document, CancellationToken cancellationToken)
            => Task.FromResult<IEnumerable<Diagnostic>>(diagnostics);

        public override Task<IEnumerable<Diagnostic>> GetProjectDiagnosticsAsync(Project project, CancellationToken cancellationToken)
            => Task.FromResult<IEnumerable<Diagnostic>>([]);
    }
}
