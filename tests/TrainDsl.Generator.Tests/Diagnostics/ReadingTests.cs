using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading.Tasks;
using TrainDsl.Generator.Tests.Support;
using Xunit;

namespace TrainDsl.Generator.Tests.Diagnostics;

/// <summary>What is certain from TorchSharp's semantics is reported, each kind in several forms; what only looks like it is not.</summary>
public sealed class ReadingTests
{
    private const string LossBody = " => nn.functional.cross_entropy(model.call(batch.Pixels), batch.Label);";
    private const string Register = "        RegisterComponents();\n";
    private const string Ce = "nn.functional.cross_entropy(model.call(batch.Pixels), batch.Label)";
    private const string Mse = "nn.functional.mse_loss";
    private const string Target = "batch.Label.to_type(ScalarType.Float32)";

    [Theory]
    [InlineData("private readonly nn.Module<Tensor, Tensor>[] _more = [nn.Linear(1, 1)];", "")]
    [InlineData("private readonly System.Collections.Generic.Dictionary<string, nn.Module> _more = new() { [\"a\"] = nn.Linear(1, 1) };", "")]
    [InlineData("private readonly (nn.Module A, nn.Module B) _more = (nn.Linear(1, 1), nn.Linear(1, 1));", "")]
    [InlineData("private static readonly TorchSharp.Modules.Linear _more = nn.Linear(1, 1);", "")]
    [InlineData("private readonly System.Lazy<nn.Module> _more = new(() => nn.Linear(1, 1));", "")]
    [InlineData("private readonly System.Func<nn.Module> _more = () => nn.Linear(1, 1);", "")]
    [InlineData("private readonly TorchSharp.Modules.Parameter[] _more = [new TorchSharp.Modules.Parameter(torch.ones(1))];", "")]
    [InlineData("private readonly System.Collections.Generic.List<nn.Module> _more = [];", "_more.Add(nn.Linear(1, 1));\n")]
    [InlineData("private readonly System.Collections.Generic.List<nn.Module> _more = [];", "var l = nn.Linear(1, 1);\n_more.Add(l);\n")]
    [InlineData("private readonly nn.Module[] _more = new nn.Module[1];", "_more[0] = nn.Linear(1, 1);\n")]
    [InlineData("public System.Collections.Generic.List<nn.Module> More { get; } = [nn.Linear(1, 1)];", "")]
    [InlineData("private readonly nn.Module[] _more = Make();\n    private static nn.Module[] Make() => [nn.Linear(1, 1)];", "")]
    [InlineData("private readonly nn.Module[] _more = System.Linq.Enumerable.ToArray(System.Linq.Enumerable.Select(new int[2], _ => (nn.Module)nn.Linear(1, 1)));", "")]
    public void HiddenLayersAreReported(string field, string constructor) => Reports("TDSL0906", Net(field, constructor + "RegisterComponents();\n"));

    [Theory]
    [InlineData("private readonly TorchSharp.Modules.ModuleList<nn.Module> _more = nn.ModuleList<nn.Module>(nn.Linear(1, 1));", "RegisterComponents();")]
    [InlineData("private readonly nn.Module[] _more;", "_more = [_linear];\nRegisterComponents();")]
    [InlineData("private readonly nn.Module[] _more = [nn.Linear(1, 1)];", "register_module(\"more\", _more[0]);\nRegisterComponents();")]
    [InlineData("private readonly nn.Module<Tensor, Tensor>[] _more = [nn.Linear(1, 1)];\n    private readonly nn.Module _all;",
        "_all = nn.Sequential(_more);\nRegisterComponents();")]
    [InlineData("private readonly System.Func<nn.Module, int> _more = m => 1;", "RegisterComponents();")]
    [InlineData("private readonly int[] _more = [1];", "RegisterComponents();")]
    [InlineData("private readonly nn.Module _late;", "_late = nn.Linear(1, 1);\nRegisterComponents();")]
    [InlineData("private readonly nn.Module _late;", "RegisterComponents();\n_late = nn.Linear(1, 1);\nregister_module(\"late\", _late);")]
    [InlineData("private nn.Module _late = nn.Linear(1, 1);", "RegisterComponents();\n_late = nn.Linear(2, 2);")]
    [InlineData("private readonly Tensor _mask = torch.ones(1);", "RegisterComponents();")]
    [InlineData("private readonly Tensor _mask = torch.ones(1, requires_grad: false);", "RegisterComponents();")]
    [InlineData("private readonly TorchSharp.Modules.Parameter _scale = new(torch.ones(1));", "RegisterComponents();")]
    public void RegisteredLayersAreNot(string field, string constructor) => Silent(Net(field, constructor + "\n"));

    [Fact]
    public void LayersOfADerivedConstructorAreLate()
        => Reports("TDSL0907", Definitions.All + """
            public class Base : nn.Module<Tensor, Tensor>
            {
                protected Base() : base("Base") { RegisterComponents(); }
                public override Tensor forward(Tensor input) => input;
            }

            public sealed class Derived : Base
            {
                private readonly nn.Module _late;
                public Derived() { _late = nn.Linear(1, 1); }
            }
            """);

    [Theory]
    [InlineData("TDSL0907", "private nn.Module<Tensor, Tensor>? _late;", "_linear.call(input.flatten(1))", "(_late ??= nn.Linear(10, 10)).call(_linear.call(input.flatten(1)))")]
    [InlineData("TDSL0918", "", "_linear.call(input.flatten(1))", "nn.functional.alpha_dropout(_linear.call(input.flatten(1)))")]
    [InlineData("TDSL0918", "", "_linear.call(input.flatten(1))", "nn.functional.dropout2d(_linear.call(input.flatten(1)), 0.3)")]
    [InlineData("TDSL0901", "", "_linear.call(input.flatten(1))", "_linear.call(input.flatten(1)) * (float)input.mean()")]
    [InlineData(null, "", "_linear.call(input.flatten(1))", "nn.functional.dropout(_linear.call(input.flatten(1)), 0.1, training)")]
    [InlineData(null, "", "_linear.call(input.flatten(1))", "nn.functional.dropout(_linear.call(input.flatten(1)), training: true)")]
    [InlineData(null, "", "_linear.call(input.flatten(1))", "nn.functional.relu(_linear.call(input.flatten(1)))")]
    public void ForwardIsRead(string? id, string field, string old, string forward)
        => Is(id, Definitions.With(Net(field, "RegisterComponents();\n"), old, forward));

    [Theory]
    [InlineData("TDSL0914", "model.call(batch.Pixels).pow(2).sum()", "TDSL0914")]
    [InlineData("TDSL0914", "model.call(batch.Pixels).pow(2).mean([0L]).sum()", null)]
    [InlineData("TDSL0914", "(model.call(batch.Pixels).pow(2).sum() / batch.Count)", null)]
    [InlineData("TDSL0914", Ce + ".sum()", null)]
    [InlineData("TDSL0915", "nn.functional.cross_entropy(model.call(batch.Pixels), batch.Label, reduction: nn.Reduction.None).mean()", null)]
    [InlineData("TDSL0916", "nn.functional.cross_entropy(model.call(batch.Pixels).softmax(1), batch.Label)", "TDSL0916")]
    [InlineData("TDSL0916", "nn.functional.cross_entropy(nn.functional.log_softmax(model.call(batch.Pixels), 1), batch.Label)", null)]
    [InlineData("TDSL0916", "nn.functional.binary_cross_entropy_with_logits(torch.sigmoid(model.call(batch.Pixels)), torch.ones(64, 10))", "TDSL0916")]
    [InlineData("TDSL0916", "nn.functional.binary_cross_entropy(torch.sigmoid(model.call(batch.Pixels)), torch.ones(64, 10))", null)]
    [InlineData("TDSL0917", "nn.functional.nll_loss(nn.functional.log_softmax(model.call(batch.Pixels), 1), batch.Label)", null)]
    [InlineData("TDSL0917", "nn.functional.nll_loss(model.call(batch.Pixels).softmax(1), batch.Label)", "TDSL0917")]
    [InlineData("TDSL0911", "nn.CrossEntropyLoss().call(model.call(batch.Pixels), batch.Label.to_type(ScalarType.Int32))", "TDSL0911")]
    [InlineData("TDSL0911", Mse + "(model.call(batch.Pixels), batch.Label)", "TDSL0911")]
    [InlineData("TDSL0911", Mse + "(model.call(batch.Pixels), " + Target + ".unsqueeze(1))", null)]
    [InlineData("TDSL0920", "model.call(batch.Pixels).detach().mean()", "TDSL0920")]
    [InlineData("TDSL0920", "(model.call(batch.Pixels) > 0).to_type(ScalarType.Float32).mean()", "TDSL0920")]
    [InlineData("TDSL0920", "(model.call(batch.Pixels) - model.call(batch.Pixels).detach()).mean()", null)]
    [InlineData("TDSL0923", "model.call(batch.Pixels.flatten(1).add_(1).view(-1, 1, 8, 8)).mean()", "TDSL0923")]
    [InlineData("TDSL0923", "model.call(batch.Pixels.clone().mul_(2)).mean()", null)]
    [InlineData("TDSL0923", "model.call((batch.Pixels * 2).mul_(2)).mean()", null)]
    [InlineData("TDSL0901", Ce + " * (float)batch.Pixels.mean()", "TDSL0901")]
    [InlineData("TDSL0901", Ce + " * batch.Pixels.to(torch.CPU).mean()", "TDSL0901")]
    [InlineData("TDSL0901", Ce + " * Scale(batch.Pixels)", "TDSL0901")]
    [InlineData("TDSL0901", Ce + " * Mean(batch.Pixels)", null)]
    [InlineData("TDSL0901", Ce + " * batch.Pixels.ToString().Length", null)]
    public void TheLossIsRead(string kind, string loss, string? id)
    {
        Assert.NotEmpty(kind);
        Is(id, Definitions.With(Definitions.All, LossBody, " => " + loss + ";\n\n"
            + "    private static float Scale(Tensor x) => x.mean().item<float>();\n\n    private static Tensor Mean(Tensor x) => x.mean();"));
    }

    [Theory]
    [InlineData("using var loss = model.call(batch.Pixels); return loss.mean();", null)]
    [InlineData("using var s = NewDisposeScope(); return model.call(batch.Pixels).mean().MoveToOuterDisposeScope();", null)]
    [InlineData("using var s = NewDisposeScope(); var loss = model.call(batch.Pixels).mean(); return loss;", "TDSL0921")]
    [InlineData("using (no_grad()) { return model.call(batch.Pixels).mean(); }", "TDSL0920")]
    [InlineData("using var _ = inference_mode(); return model.call(batch.Pixels).mean();", "TDSL0920")]
    [InlineData("Tensor t; using (no_grad()) { t = model.call(batch.Pixels).argmax(1); } return (model.call(batch.Pixels) - t.unsqueeze(1)).mean();", null)]
    [InlineData("model.zero_grad(); return model.call(batch.Pixels).mean();", "TDSL0922")]
    [InlineData("var loss = model.call(batch.Pixels).mean(); loss.backward(); return loss;", "TDSL0922")]
    [InlineData("var n = model.parameters(); return model.call(batch.Pixels).mean();", null)]
    [InlineData("var x = batch.Pixels; x[0] = torch.zeros(1); return model.call(x).mean();", "TDSL0923")]
    [InlineData("var x = batch.Pixels.narrow(0, 0, 1); x.zero_(); return model.call(batch.Pixels).mean();", "TDSL0923")]
    [InlineData("batch.Pixels.requires_grad_(true); return model.call(batch.Pixels).mean();", null)]
    [InlineData("throw new System.NotImplementedException();", null)]
    public void TheLossIsReadStatementByStatement(string body, string? id)
        => Is(id, Definitions.With(Definitions.All, LossBody, "\n    {\n        " + body.Replace("; ", ";\n        ", StringComparison.Ordinal) + "\n    }"));

    [Theory]
    [InlineData("nn.functional.l1_loss(model.call(batch.Pixels), " + Target + ")", true)]
    [InlineData("(model.call(batch.Pixels) - " + Target + ").pow(2).mean()", true)]
    [InlineData("(" + Target + " - model.call(batch.Pixels)).abs().mean()", true)]
    [InlineData("nn.functional.huber_loss(model.call(batch.Pixels), " + Target + ")", true)]
    [InlineData(Mse + "(model.call(batch.Pixels).squeeze(1), " + Target + ")", false)]
    [InlineData(Mse + "(model.call(batch.Pixels), " + Target + ".unsqueeze(1))", false)]
    [InlineData(Mse + "(model.call(batch.Pixels).flatten(), " + Target + ")", false)]
    public void BroadcastsAreReported(string loss, bool reported)
        => Is(reported ? "TDSL0924" : null,
            Definitions.With(Definitions.With(Definitions.All, LossBody, " => " + loss + ";"), "nn.Linear(64, 10)", "nn.Linear(64, 1)"));

    [Theory]
    [InlineData("=> _linear.call(input.flatten(1));", "{ using var x = _linear.call(input.flatten(1)); return x; }", "TDSL0921")]
    [InlineData("=> _linear.call(input.flatten(1));", "{ using var s = NewDisposeScope(); return _linear.call(input.flatten(1)).relu(); }", "TDSL0921")]
    [InlineData("=> _linear.call(input.flatten(1));", "{ using var x = input.flatten(1); return _linear.call(x); }", null)]
    [InlineData("=> _linear.call(input.flatten(1));", "=> nn.functional.softmax(_linear.call(input.flatten(1)), 1);", "TDSL0916")]
    [InlineData("=> _linear.call(input.flatten(1));", "=> nn.functional.log_softmax(_linear.call(input.flatten(1)), 1);", null)]
    public void TheModelIsReadToItsEnd(string old, string forward, string? id) => Is(id, Definitions.With(Definitions.All, old, forward));

    [Theory]
    [InlineData("public TorchSharp.Modules.Softmax S { get; } = nn.Softmax(1);", "TDSL0916")]
    [InlineData("private nn.Module<Tensor, Tensor> S { get; set; } = nn.Softmax(1);", "TDSL0916")]
    [InlineData("public TorchSharp.Modules.Softmax S { get; private set; } = nn.Softmax(1);", "TDSL0916")]
    [InlineData("public TorchSharp.Modules.Softmax S { get; set; } = nn.Softmax(1);", null)]
    [InlineData("public nn.Module<Tensor, Tensor> S { get; } = nn.Softmax(1);", null)]
    [InlineData("public TorchSharp.Modules.Softmax S => _s;\n    private readonly TorchSharp.Modules.Softmax _s = nn.Softmax(1);", null)]
    public void ALayerInAnAutoPropertyIsKnown(string property, string? id)
        => Is(id, Definitions.With(
            Definitions.With(Definitions.All, "    public Net()", "    " + property + "\n\n    public Net()"),
            "=> _linear.call(input.flatten(1));",
            "=> S.call(_linear.call(input.flatten(1)));"));

    [Fact]
    public void TheFirstLayerMayBeAnAutoProperty()
        => Is("TDSL0903", Definitions.With(
            Definitions.With(Definitions.All, "private readonly TorchSharp.Modules.Linear _linear = nn.Linear(64, 10);",
                "public TorchSharp.Modules.Linear First { get; } = nn.Linear(65, 10);"),
            "=> _linear.call(", "=> First.call("));

    [Theory]
    [InlineData("int", "model.call(batch.Pixels)", "TDSL0912")]
    [InlineData("double", "model.call(batch.Pixels)", "TDSL0912")]
    [InlineData("System.Half", "model.call(batch.Pixels)", "TDSL0912")]
    [InlineData("bool", "model.call(batch.Pixels)", "TDSL0912")]
    [InlineData("byte", "model.call(batch.Pixels / 255.0)", null)]
    [InlineData("byte", "model.call(batch.Pixels.to_type(ScalarType.Float32))", null)]
    [InlineData("byte", "model.call(batch.Pixels.@float())", null)]
    public void TheFirstLayerTakesFloats(string type, string call, string? id)
        => Is(id, Definitions.With(
            Definitions.With(Definitions.All, "Column<float>(\"Pixels\"", $"Column<{type}>(\"Pixels\""), "model.call(batch.Pixels)", call));

    [Theory]
    [InlineData("float", "TDSL0912")]
    [InlineData("byte", "TDSL0912")]
    [InlineData("int", null)]
    public void AnEmbeddingTakesPositions(string type, string? id)
        => Is(id, Definitions.With(Definitions.With(Definitions.With(
            Definitions.All,
            "Column<float>(\"Pixels\"",
            $"Column<{type}>(\"Pixels\""),
            "private readonly TorchSharp.Modules.Linear _linear = nn.Linear(64, 10);",
            "private readonly TorchSharp.Modules.Embedding _linear = nn.Embedding(64, 10);"),
            "_linear.call(input.flatten(1))", "_linear.call(input).mean([1L, 2L, 3L])"));

    [Theory]
    [InlineData("[Devices(2)]", "private static readonly Net s_net = new();", "s_net", "TDSL0925")]
    [InlineData("[Devices(1)]", "private static readonly Net s_net = new();", "s_net", null)]
    [InlineData("[Devices(2)]", "", "new()", null)]
    public void AFactoryMakesAModelForEachDevice(string devices, string field, string made, string? id)
        => Is(id, Definitions.With(Definitions.With(Definitions.All, "[MicroBatch(64)]", devices + "\n[GradientAccumulation(1)]"), "    [Loss]",
            $"    {field}\n\n    [ModelFactory]\n    private static Net Make() => {made};\n\n    [Loss]"));

    [Theory]
    [InlineData("model.call(batch.Pixels).argmax(1).eq(batch.Label).sum()", "TDSL0914")]
    [InlineData("model.call(batch.Pixels).argmax(1).mean()", "TDSL0913")]
    [InlineData("(batch.Label == 1).mean()", "TDSL0913")]
    [InlineData("batch.Label.mean()", "TDSL0913")]
    [InlineData("batch.Label.mean([0L], type: ScalarType.Float32)", null)]
    [InlineData("model.call(batch.Pixels).argmax(1).eq(batch.Label).@float().mean()", null)]
    [InlineData("nn.functional.cross_entropy(model.call(batch.Pixels), batch.Label)", null)]
    [InlineData("(model.call(batch.Pixels) - batch.Label.eq(1).unsqueeze(1)).abs().mean()", "TDSL0911")]
    [InlineData("tensor(model.call(batch.Pixels).mean().item<float>())", "TDSL0901")]
    [InlineData("model.call(batch.Pixels).mean().cpu()", "TDSL0901")]
    [InlineData("model.call(batch.Pixels).mean() * (float)batch.Pixels.max()", "TDSL0901")]
    public void AMetricIsRead(string metric, string? id)
        => Is(id, Definitions.With(Definitions.All, "    [Loss]",
            $"    [Metric(\"m\")]\n    private static Tensor M(Net model, in Digits.Batch batch) => {metric};\n\n    [Loss]"));

    [Theory]
    [InlineData("Fill(row); row.Label = 1;", "\n\n    private static void Fill(in Row row) => row.Pixels.Clear();")]
    [InlineData("row.Pixels.Clear();\n        row.Label = 1;", "")]
    [InlineData("throw new System.NotImplementedException();", "")]
    public void ARowThatMayBeFilledIsNotReported(string body, string more)
        => Silent(Definitions.With(Definitions.All, "row.Pixels.Clear();\n        row.Label = index % 10;\n    }", body + "\n    }" + more));

    [Theory]
    [InlineData("public readonly TorchSharp.Modules.Linear _linear = nn.Linear(64, 1);", "TDSL0924")]
    [InlineData("public TorchSharp.Modules.Linear _linear = nn.Linear(64, 1);", null)]
    public void ALayerThatNobodyCanExchangeIsKnown(string field, string? id)
        => Is(id, Definitions.With(
            Definitions.With(Definitions.All, LossBody, " => (model.call(batch.Pixels) - " + Target + ").pow(2).mean();"),
            "private readonly TorchSharp.Modules.Linear _linear = nn.Linear(64, 10);",
            field));

    public static TheoryData<string> Fixable =>
        [.. DiagnosticCases.All.Where(static row => string.CompareOrdinal((string)row[0], "TDSL0906") >= 0).Select(static row => (string)row[0]).Distinct()];

    // In a file without 'using TrainDsl' and without static usings too.
    [Theory]
    [MemberData(nameof(Fixable))]
    public async Task EveryFixCompiles(string id)
    {
        string wrong = ((string)DiagnosticCases.All.First(row => (string)row[0] == id)[1]).Replace("[|", "", StringComparison.Ordinal)
            .Replace("|]", "", StringComparison.Ordinal);
        string qualified = wrong.Replace("using static TorchSharp.torch;\n", "using nn = TorchSharp.torch.nn;\nusing Tensor = TorchSharp.torch.Tensor;\n", StringComparison.Ordinal)
            .Replace("ScalarType.", "torch.ScalarType.", StringComparison.Ordinal);
        foreach (string source in new[] { wrong, qualified })
        {
            GeneratorRun run = GeneratorRun.Of(source);
            IReadOnlyList<(string Id, string Title, Func<Task<string>> Apply)> fixes = await FixRun.Fixes(
                source, run.BuildDiagnostics().Where(diagnostic => diagnostic.Id == id).Take(1));
            foreach ((_, _, Func<Task<string>> apply) in fixes)
            {
                string text = await apply();
                Assert.DoesNotContain(GeneratorRun.Of(text).BuildDiagnostics(), diagnostic => diagnostic.Id == id
                    || diagnostic.Id.StartsWith("CS", StringComparison.Ordinal));
            }
        }
    }

    private static string Net(string field, string constructor)
    {
        string source = Definitions.With(Definitions.All, Register, constructor);
        return Definitions.With(source, "    public Net()", "    " + field + "\n\n    public Net()");
    }

    private static void Reports(string id, string source) => Is(id, source);

    private static void Silent(string source) => Is(null, source);

    private static void Is(string? id, string source)
        => Assert.Equal(
            id is null ? [] : [id],
            GeneratorRun.Of(source).BuildDiagnostics().Where(static diagnostic => diagnostic.Id.StartsWith("TDSL", StringComparison.Ordinal)
                || diagnostic.Severity == Microsoft.CodeAnalysis.DiagnosticSeverity.Error).Select(static diagnostic => diagnostic.Id));
}
