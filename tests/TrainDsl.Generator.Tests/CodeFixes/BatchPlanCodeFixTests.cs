using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using TrainDsl.CodeFixes;
using TrainDsl.Generator.Tests.Support;
using Xunit;

namespace TrainDsl.Generator.Tests.CodeFixes;

public sealed class BatchPlanCodeFixTests
{
    public static TheoryData<string> WrongPlans => new()
    {
        "",
        "[GlobalBatch(64)]\n[MicroBatch(24)]\n",
        "[GlobalBatch(64)]\n[MicroBatch(24)]\n[Devices(2)]\n[GradientAccumulation(1)]\n",
        "[GlobalBatch(0)]\n[MicroBatch(24)]\n",
        "[MicroBatch(24)]\n[Devices(2, Nodes = 0)]\n",
        "[GlobalBatch(7)]\n[Devices(2, Nodes = 2)]\n",
        "[MicroBatch(9223372036854775807)]\n[Devices(2)]\n[GradientAccumulation(2)]\n",
        "[GlobalBatch(size: 64), MicroBatch(24)]\n",
    };

    // Whatever is offered, taking it leaves nothing to complain about: the strongest thing to say of a fix.
    [Theory]
    [MemberData(nameof(WrongPlans))]
    public async Task EveryOfferedPlanIsSound(string batch)
    {
        (Document document, Diagnostic diagnostic, IReadOnlyList<CodeAction> actions) = await Offer(batch);
        Assert.NotEmpty(actions);
        Assert.Equal(actions.Count, actions.Select(static action => action.Title).Distinct().Count());
        foreach (CodeAction action in actions)
        {
            string text = await Apply(action, document.Id);
            IEnumerable<Diagnostic> left = GeneratorRun.Of(text).BuildDiagnostics()
                .Where(diagnostic => diagnostic.Id is not ("TDSL0106" or "TDSL0107")); // a plan for 2^62 samples is consistent, if not for this machine
            Assert.True(!left.Any(), $"{diagnostic.GetMessage(null)}\n{action.Title}\n{string.Join("\n", left)}\n{text}");
        }
    }

    [Fact]
    public async Task TheNearestPlanThatKeepsTheGlobalBatchIsFirst()
    {
        (Document document, _, IReadOnlyList<CodeAction> actions) = await Offer(
            "[GlobalBatch(64)]\n[MicroBatch(24)]\n[Devices(2)]\n[GradientAccumulation(1)]\n");
        Assert.Equal("Use micro-batch 32", actions[0].Title);
        Assert.Contains("[GlobalBatch(64)]\n[MicroBatch(32)]\n[Devices(2)]\n[GradientAccumulation(1)]\n", await Apply(actions[0], document.Id),
            System.StringComparison.Ordinal);
    }

    [Fact]
    public async Task AMissingTermIsAddedBelowTraining()
    {
        (Document document, _, IReadOnlyList<CodeAction> actions) = await Offer("");
        Assert.Matches(@"\[Training\]\n\[(GlobalBatch|MicroBatch)\(\d+\)\]\n\[Model<Net>\]", await Apply(actions[0], document.Id));
    }

    private static async Task<(Document Document, Diagnostic Diagnostic, IReadOnlyList<CodeAction> Actions)> Offer(string batch)
    {
        string source = Definitions.With(Definitions.All, "[GlobalBatch(64)]\n[MicroBatch(64)]\n", batch);
        CSharpCompilation compilation = GeneratorRun.Compile(source);
        using var workspace = new AdhocWorkspace();
        Project project = workspace.CurrentSolution
            .AddProject("Sample", "Sample", LanguageNames.CSharp)
            .WithMetadataReferences(compilation.References)
            .WithCompilationOptions(compilation.Options);
        Document document = project.AddDocument("File0.cs", source, filePath: "File0.cs");
        Diagnostic reported = Assert.Single(GeneratorRun.Of(source).Reported);
        SyntaxTree tree = (await document.GetSyntaxTreeAsync())!;
        Diagnostic diagnostic = Diagnostic.Create(reported.Descriptor, Location.Create(tree, reported.Location.SourceSpan));

        var actions = new List<CodeAction>();
        var provider = new BatchPlanCodeFixProvider();
        Assert.Contains(diagnostic.Id, provider.FixableDiagnosticIds);
        await provider.RegisterCodeFixesAsync(new CodeFixContext(document, diagnostic, (action, _) => actions.Add(action), CancellationToken.None));
        return (document, reported, actions);
    }

    private static async Task<string> Apply(CodeAction action, DocumentId document)
    {
        ApplyChangesOperation operation = (await action.GetOperationsAsync(CancellationToken.None)).OfType<ApplyChangesOperation>().Single();
        return (await operation.ChangedSolution.GetDocument(document)!.GetTextAsync()).ToString();
    }
}
