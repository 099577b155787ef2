using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace TrainDsl.Generator.Benchmarks;

/// <summary>A project as an editor holds it: definitions, each in a file of its own with a dataset and a model beside, and a file apart from them.</summary>
internal sealed class ManyDefinitions
{
    private const string Unrelated = """
        namespace Sample;

        public static class Unrelated
        {
            public static int Value => 1;
        }

        """;

    private static readonly CSharpParseOptions s_parsing = new(LanguageVersion.Latest);

    private static readonly MetadataReference[] s_references = [.. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!)
        .Split(Path.PathSeparator)
        .Where(static path => Path.GetFileName(path) is string name
            && (name.StartsWith("System.", StringComparison.Ordinal) || name is "mscorlib.dll" or "netstandard.dll" or "TrainDsl.dll" or "TorchSharp.dll"))
        .Select(static path => MetadataReference.CreateFromFile(path))];

    private readonly SyntaxTree _definition;
    private readonly SyntaxTree _unrelated;

    /// <param name="count">How many training definitions there are, and as many datasets and models.</param>
    public ManyDefinitions(int count)
    {
        IEnumerable<SyntaxTree> models = Enumerable.Range(0, count).Select(static number => Parse(Model(number), $"Net{number}.cs"));
        IEnumerable<SyntaxTree> datasets = Enumerable.Range(0, count).Select(static number => Parse(Dataset(number), $"Digits{number}.cs"));
        SyntaxTree[] trainings = [.. Enumerable.Range(0, count).Select(static number => Parse(Training(number), $"Training{number}.cs"))];
        _definition = trainings[count / 2];
        _unrelated = Parse(Unrelated, "Unrelated.cs");
        Compilation = CSharpCompilation.Create(
            "Sample",
            [.. models, .. datasets, .. trainings, _unrelated],
            s_references,
            new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, nullableContextOptions: NullableContextOptions.Enable));
    }

    public CSharpCompilation Compilation { get; }

    /// <summary>A driver that has seen nothing yet.</summary>
    /// <param name="track">Whether it keeps record of which steps ran; that costs time.</param>
    public static GeneratorDriver NewDriver(bool track = false) => NewDriver(new TrainDslGenerator(), track);

    /// <summary>A driver of another generator that has seen nothing yet.</summary>
    /// <param name="generator">The generator.</param>
    /// <param name="track">Whether it keeps record of which steps ran; that costs time.</param>
    public static GeneratorDriver NewDriver(IIncrementalGenerator generator, bool track = false)
        => CSharpGeneratorDriver.Create(
            [generator.AsSourceGenerator()],
            parseOptions: s_parsing,
            driverOptions: new GeneratorDriverOptions(IncrementalGeneratorOutputKind.None, trackIncrementalGeneratorSteps: track));

    /// <summary>The same project, parsed anew, in a compilation that has bound nothing yet.</summary>
    public CSharpCompilation Fresh() => Compilation.RemoveAllSyntaxTrees().AddSyntaxTrees(Compilation.SyntaxTrees.Select(static tree =>
    {
        SyntaxTree fresh = Parse(tree.ToString(), tree.FilePath);
        _ = fresh.GetRoot();
        return fresh;
    }));

    /// <summary>After a keystroke in a body in the file apart.</summary>
    /// <param name="value">The number typed.</param>
    public CSharpCompilation AfterUnrelatedEdit(int value) => Edit(_unrelated, "=> 1", $"=> {value}");

    /// <summary>After a keystroke in what the file apart declares.</summary>
    /// <param name="name">The name typed.</param>
    public CSharpCompilation AfterUnrelatedDeclaration(string name) => Edit(_unrelated, "int Value", $"int {name}");

    /// <summary>After a keystroke in one definition that changes what is generated.</summary>
    /// <param name="epochs">The number typed.</param>
    public CSharpCompilation AfterEditOfOneDefinition(int epochs) => Edit(_definition, "[Epochs(2)]", $"[Epochs({epochs})]");

    private CSharpCompilation Edit(SyntaxTree tree, string old, string replacement)
    {
        string text = tree.ToString();
        int at = text.IndexOf(old, StringComparison.Ordinal);
        SyntaxTree edited = Parse(text[..at] + replacement + text[(at + old.Length)..], tree.FilePath);

        // The editor parses while typing, apart from the generator.
        _ = edited.GetRoot();
        return Compilation.ReplaceSyntaxTree(tree, edited);
    }

    private static SyntaxTree Parse(string text, string path) => CSharpSyntaxTree.ParseText(text, s_parsing, path);

    private static string Model(int number) => $$"""
        using TorchSharp;
        using static TorchSharp.torch;

        namespace Sample;

        public sealed class Net{{number}} : nn.Module<Tensor, Tensor>
        {
            private readonly TorchSharp.Modules.Linear _linear = nn.Linear(64, 10);

            public Net{{number}}()
                : base("Net")
            {
                RegisterComponents();
            }

            public override Tensor forward(Tensor input) => _linear.call(input.flatten(1));
        }

        """;

    private static string Dataset(int number) => $$"""
        using TrainDsl;

        namespace Sample;

        [Column<float>("Pixels", 1, 8, 8)]
        [Column<long>("Label")]
        public sealed partial class Digits{{number}} : IDataset
        {
            public long Count => 100;

            public partial void Read(long index, in Row row)
            {
                row.Pixels.Clear();
                row.Label = index % 10;
            }
        }

        """;

    private static string Training(int number) => $$"""
        using TorchSharp;
        using TrainDsl;
        using static TorchSharp.torch;

        namespace Sample;

        [Training]
        [Model<Net{{number}}>]
        [Dataset<Digits{{number}}>]
        [GlobalBatch(64)]
        [MicroBatch(32)]
        [GradientAccumulation(2)]
        [Epochs(2)]
        [AdamW(LearningRate = 1e-3, WeightDecay = 1e-2)]
        [CosineDecay(WarmupSteps = 10)]
        [ClipGradNorm(1.0)]
        public sealed partial class Training{{number}}
        {
            [Loss]
            private static Tensor Loss(Net{{number}} model, in Digits{{number}}.Batch batch)
                => nn.functional.cross_entropy(model.call(batch.Pixels), batch.Label);

            [Metric("accuracy")]
            private static Tensor Accuracy(Net{{number}} model, in Digits{{number}}.Batch batch)
                => model.call(batch.Pixels).argmax(1).eq(batch.Label).to_type(ScalarType.Float32).mean();
        }

        """;
}
