using System;
using System.Linq;
using Microsoft.CodeAnalysis;
using TrainDsl.Generator.Tests.Support;
using Xunit;

namespace TrainDsl.Generator.Tests.Diagnostics;

/// <summary>The first layer against a column of shape [1, 8, 8]: a warning at the number that is wrong, and silence wherever anything is unknown.</summary>
public sealed class FirstLayerTests
{
    private const string Field = "private readonly TorchSharp.Modules.Linear _linear = nn.Linear(64, 10);";

    private const string Sequential = "private readonly nn.Module<Tensor, Tensor> _linear = ";

    private const string Linear65 = Sequential + "nn.Linear(65, 10);";

    private const string Forward = "public override Tensor forward(Tensor input) => _linear.call(input.flatten(1));";

    public static TheoryData<string, string> Mismatches => new()
    {
        { "private readonly TorchSharp.Modules.Linear _linear = nn.Linear([|65|], 10);", Forward },
        { "private TorchSharp.Modules.Linear _linear = nn.Linear(outputSize: 10, inputSize: [|65|]);", Forward },
        { "private readonly TorchSharp.Modules.Linear _linear = nn.Linear([|64|], 10);", ForwardOf("return _linear.call(input);") },
        {
            "private readonly TorchSharp.Modules.Linear _linear = nn.Linear([|65|], 10);",
            ForwardOf("return this._linear.forward(torch.flatten(input, 1));")
        },
        { Sequential + "nn.Sequential(nn.Flatten(), nn.Linear([|28 * 28|], 10));", ForwardOf("return _linear.call(input);") },
        {
            Sequential + "nn.Sequential((\"flat\", nn.Flatten()), (\"act\", nn.ReLU()), (\"fc\", nn.Linear([|65|], 10)));",
            ForwardOf("return _linear.call(input);")
        },
        {
            Sequential + "nn.Sequential(nn.Dropout(0.1), nn.Sequential(nn.Conv2d([|3|], 16, 3), nn.ReLU()), nn.Linear(1, 1));",
            ForwardOf("return _linear.call(input);")
        },
        { Sequential + "nn.Conv2d([|3|], 16, (3, 3));", ForwardOf("return _linear.call(input / 255.0).flatten(1);") },
        { Sequential + "nn.Conv2d([|3|], 16, 3);", ForwardOf("return nn.functional.log_softmax(nn.functional.relu(_linear.call(input)), 1);") },
        {
            Sequential + "nn.Linear([|65|], 10);",
            ForwardOf("using var scope = NewDisposeScope();\n        var x = input.flatten(1);\n        x = nn.functional.relu(2 * x);\n"
                + "        x = _linear.call(x);\n        return x.MoveToOuterDisposeScope();")
        },
        {
            Sequential + "nn.Linear([|65|], 10);",
            ForwardOf("using (NewDisposeScope())\n        {\n            return _linear.call(input.flatten(1)).MoveToOuterDisposeScope();\n        }")
        },
    };

    public static TheoryData<string, string> Unknowns => new()
    {
        { Field, Forward },
        { Sequential + "nn.Sequential(nn.Flatten(), nn.Linear(64, 10), nn.Linear(3, 3));", ForwardOf("return _linear.call(input);") },
        { Sequential + "nn.Conv2d(1, 16, 3);", ForwardOf("return _linear.call(input);") },
        { Sequential + "nn.Conv1d(3, 16, 3);", ForwardOf("return _linear.call(input);") },
        { Sequential + "nn.Conv2d(3, 16, 3);", ForwardOf("return _linear.call(input.squeeze(1));") },
        { Linear65, ForwardOf("return _linear.call(input.view(-1, 65));") },
        { Linear65, ForwardOf("return _linear.call(input.flatten(1, 2));") },
        { Linear65, ForwardOf("return _linear.call(input + torch.ones(65));") },
        { Linear65, ForwardOf("if (input.dim() > 5)\n        {\n            return _linear.call(input);\n        }\n\n        return input;") },
        { Linear65, ForwardOf("input = input.unsqueeze(1);\n        return _linear.call(input);") },
        { Linear65, ForwardOf("input.unsqueeze_(1);\n        return _linear.call(input);") },
        { Linear65, ForwardOf("return torch.cat([input.unsqueeze_(1), _linear.call(input)]);") },
        { Sequential + "nn.Linear(Width, 10);\n    private static readonly int Width = 65;", Forward },
        { Sequential + "nn.Sequential(nn.MaxPool2d(2), nn.Linear(65, 10));", ForwardOf("return _linear.call(input);") },
        { Sequential + "nn.Sequential(nn.Flatten(0), nn.Linear(65, 10));", ForwardOf("return _linear.call(input);") },
        { "private nn.Module<Tensor, Tensor> _linear = nn.Linear(65, 10);", Forward + "\n\n    public void Set() => _linear = nn.Linear(64, 10);" },
        {
            "private readonly TorchSharp.Modules.Sequential _linear = nn.Sequential(nn.Linear(65, 10));",
            Forward + "\n\n    public void Add() => _linear.append(nn.ReLU());"
        },
        { "internal readonly nn.Module<Tensor, Tensor> _linear = nn.Linear(65, 10);", Forward },
        { Linear65, Forward + "\n\n    public void Watch() => _linear.register_forward_pre_hook((_, input) => input.narrow(1, 0, 65));" },
    };

    [Theory]
    [MemberData(nameof(Mismatches))]
    public void AMismatchIsAWarningAtTheNumber(string field, string forward)
    {
        string marked = Model(field, forward);
        int start = marked.IndexOf("[|", StringComparison.Ordinal);
        int end = marked.IndexOf("|]", StringComparison.Ordinal) - "[|".Length;
        string source = marked.Replace("[|", "", StringComparison.Ordinal).Replace("|]", "", StringComparison.Ordinal);
        Diagnostic diagnostic = Assert.Single(GeneratorRun.Of(source).BuildDiagnostics());
        Assert.Equal("TDSL0903", diagnostic.Id);
        Assert.Equal((start, end), (diagnostic.Location.SourceSpan.Start, diagnostic.Location.SourceSpan.End));
        Location call = Assert.Single(diagnostic.AdditionalLocations);
        Assert.Equal("batch.Pixels", source.Substring(call.SourceSpan.Start, call.SourceSpan.Length));
    }

    [Theory]
    [MemberData(nameof(Unknowns))]
    public void WhatIsNotCertainIsNotReported(string field, string forward)
        => Assert.Empty(GeneratorRun.Of(Model(field, forward)).BuildDiagnostics());

    [Theory]
    [InlineData("nn.Linear(784, 10)",
        "Linear of 'Net' takes 784 features, but column 'Pixels' comes to it in shape [batch, 64], which has 64. "
            + "Use 64, or change the column or what comes before the layer.")]
    [InlineData("nn.Sequential(nn.Unflatten(1, [1, 8, 8]), nn.Conv2d(3, 1, 3))", null)]
    public void TheMessageGivesTheNumbers(string layer, string? message)
        => Assert.Equal(
            message is null ? [] : [message],
            GeneratorRun.Of(Model(Sequential + layer + ";", Forward)).BuildDiagnostics().Select(static found => found.GetMessage(null)));

    [Theory]
    [InlineData("model.call(batch.Pixels * 2)", 1)]
    [InlineData("model.call(batch.Pixels.flatten(1).to_type(ScalarType.Float32))", 1)]
    [InlineData("model.forward(batch.Pixels)", 1)]
    [InlineData("model.call(batch.Pixels.narrow(1, 0, 1))", 0)]
    [InlineData("model.call(batch.Count > 1 ? batch.Pixels : batch.Pixels)", 0)]
    [InlineData("(batch.Count > 1 ? model.call(batch.Pixels) : batch.Pixels)", 0)]
    [InlineData("model.call(batch.Label)", 0)]
    [InlineData("new Net().call(batch.Pixels)", 0)]
    public void TheLossDecidesWhatTheModelIsGiven(string call, int warnings)
    {
        string source = Model(Linear65, Forward.Replace(".flatten(1)", ".flatten(start_dim: 1)", StringComparison.Ordinal));
        Assert.Equal(warnings, GeneratorRun.Of(Definitions.With(source, "model.call(batch.Pixels)", call)).BuildDiagnostics()
            .Count(static diagnostic => diagnostic.Id == "TDSL0903"));
    }

    [Fact]
    public void AFieldWrittenInTheConstructorIsKnown()
    {
        string source = Model("private readonly nn.Module<Tensor, Tensor> _linear;", Forward);
        source = Definitions.With(source, "        RegisterComponents();", "        _linear = nn.Linear(65, 10);\n        RegisterComponents();");
        Assert.Equal("TDSL0903", Assert.Single(GeneratorRun.Of(source).BuildDiagnostics()).Id);
        string second = Definitions.With(source, "    public Net()",
            "    public Net(int width)\n        : base(\"Net\") => _linear = nn.Linear(width, 10);\n\n    public Net()");
        Assert.Empty(GeneratorRun.Of(second).BuildDiagnostics());
    }

    [Fact]
    public void AModelInAnotherFileIsReadToo()
    {
        string model = Definitions.Usings + Definitions.With(Definitions.Net, "nn.Linear(64, 10)", "nn.Linear(65, 10)");
        GeneratorRun run = GeneratorRun.Of(Definitions.Usings + Definitions.Dataset + Definitions.Training, model);
        Assert.Equal("File1.cs", Assert.Single(run.BuildDiagnostics()).Location.SourceTree!.FilePath);
    }

    private static string ForwardOf(string body) => "public override Tensor forward(Tensor input)\n    {\n        " + body + "\n    }";

    private static string Model(string field, string forward)
        => Definitions.With(Definitions.With(Definitions.All, Field, field), Forward, forward);
}
