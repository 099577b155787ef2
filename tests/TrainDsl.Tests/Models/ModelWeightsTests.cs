using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text.Json;
using TorchSharp;
using TorchSharp.Modules;
using TrainDsl.Checkpoints;
using TrainDsl.Tests.Checkpoints;
using TrainDsl.Tests.Resuming;
using Xunit;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace TrainDsl.Tests.Models;

/// <summary>Weights that go from a model to a file and from a file to a model.</summary>
[Collection(AloneCollection.Name)]
public sealed class ModelWeightsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void What_was_saved_is_loaded_bit_by_bit()
    {
        using ResumedModel from = new();
        using ResumedModel to = new();
        Dictionary<string, byte[]> saved = from.State();
        Assert.NotEqual(saved["hidden.weight"], to.State()["hidden.weight"]);

        ModelWeights.Save(from, _folder.File("model.safetensors"));
        WeightsReport report = ModelWeights.Load(to, _folder.File("model.safetensors"));

        Assert.True(report.IsComplete);
        Dictionary<string, byte[]> loaded = to.State();
        Assert.Equal(saved.Keys.Order(), loaded.Keys.Order());
        Assert.All(saved, pair => Assert.Equal(pair.Value, loaded[pair.Key]));
        Assert.Equal(from.named_parameters().Select(static named => named.parameter.requires_grad), to.named_parameters().Select(static named => named.parameter.requires_grad));
    }

    [Fact]
    public void A_checkpoint_is_loaded_by_its_file_its_folder_or_the_folder_of_its_run()
    {
        ResumedRun run = new() { Folder = _folder.File("checkpoints"), StopAfter = 10 };
        Dictionary<string, byte[]> trained = run.Train();
        CheckpointInfo checkpoint = new CheckpointStore(run.Folder).List().Good[0];

        foreach (string path in new[] { checkpoint.PathOf("model.safetensors"), checkpoint.Folder, checkpoint.Folder + Path.DirectorySeparatorChar, run.Folder })
        {
            using ResumedModel model = new();
            ModelWeights.Load(model, path);
            Dictionary<string, byte[]> loaded = model.State();
            Assert.All(trained, pair => Assert.Equal(pair.Value, loaded[pair.Key]));
        }
    }

    [Fact]
    public void The_newest_checkpoint_is_taken_and_a_damaged_one_passed_over()
    {
        ResumedRun run = new() { Folder = _folder.File("checkpoints"), StopAfter = 10 };
        Dictionary<string, byte[]> trained = run.Train();
        string damaged = Path.Combine(run.Folder, "step-0000000099");
        Directory.CreateDirectory(damaged);
        File.WriteAllText(Path.Combine(damaged, "manifest.json"), "{");

        using ResumedModel model = new();
        ModelWeights.Load(model, run.Folder);

        Assert.Equal(trained["output.weight"], model.State()["output.weight"]);
    }

    [Fact]
    public void What_does_not_fit_is_listed_and_nothing_is_changed()
    {
        using var from = new Layers(("body", Linear(4, 4)), ("head", Linear(4, 3)), ("old", Linear(2, 2, hasBias: false)));
        using var to = new Layers(("body", Linear(4, 4)), ("head", Linear(4, 5)), ("extra", Linear(2, 2, hasBias: false)));
        string file = _folder.File("other.safetensors");
        ModelWeights.Save(from, file);
        Dictionary<string, byte[]> before = StateOf(to);

        ModelWeightsException refused = Assert.Throws<ModelWeightsException>(() => ModelWeights.Load(to, file));

        Assert.Equal(file, refused.Path);
        Assert.Equal(["extra.weight"], refused.Report.Missing);
        Assert.Equal(["old.weight"], refused.Report.Unexpected);
        Assert.Equal([new("head.weight", "F32 [3, 4]", "F32 [5, 4]"), new("head.bias", "F32 [3]", "F32 [5]")], refused.Report.Mismatched);
        Assert.Contains("1 missing in the file: extra.weight", refused.Message, StringComparison.Ordinal);
        Assert.Contains("1 unexpected in the file: old.weight", refused.Message, StringComparison.Ordinal);
        Assert.Contains("'head.weight' is F32 [3, 4] in the file and F32 [5, 4] in the model", refused.Message, StringComparison.Ordinal);
        Assert.Contains("allowPartial: true", refused.Message, StringComparison.Ordinal);
        Assert.All(StateOf(to), pair => Assert.Equal(before[pair.Key], pair.Value));
    }

    [Fact]
    public void A_part_is_loaded_if_that_is_asked_for()
    {
        using var from = new Layers(("body", Linear(4, 4)), ("head", Linear(4, 3)));
        using var to = new Layers(("body", Linear(4, 4)), ("head", Linear(4, 5)));
        ModelWeights.Save(from, _folder.File("other.safetensors"));
        Dictionary<string, byte[]> before = StateOf(to);

        WeightsReport report = ModelWeights.Load(to, _folder.File("other.safetensors"), allowPartial: true);

        Assert.False(report.IsComplete);
        Assert.Equal(["body.weight", "body.bias"], report.Loaded);
        Assert.Equal(["head.weight", "head.bias"], report.Mismatched.Select(static mismatch => mismatch.Name));
        Assert.Equal(StateOf(from)["body.weight"], StateOf(to)["body.weight"]);
        Assert.Equal(before["head.weight"], StateOf(to)["head.weight"]);
    }

    [Fact]
    public void A_file_of_another_model_is_refused_in_part_too()
    {
        using var from = new Layers(("a", Linear(4, 4)));
        using var to = new Layers(("b", Linear(4, 4)));
        ModelWeights.Save(from, _folder.File("other.safetensors"));

        ModelWeightsException refused = Assert.Throws<ModelWeightsException>(() => ModelWeights.Load(to, _folder.File("other.safetensors"), allowPartial: true));

        Assert.Contains("Check that it is the file of this model", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Long_lists_are_cut_in_words_and_whole_in_the_report()
    {
        using var from = new Layers([("a", Linear(1, 1)), .. Enumerable.Range(0, 40).Select(static i => ($"old{i}", (Module<Tensor, Tensor>)Linear(1, 1)))]);
        using var to = new Layers(("a", Linear(1, 1)));
        ModelWeights.Save(from, _folder.File("other.safetensors"));

        ModelWeightsException refused = Assert.Throws<ModelWeightsException>(() => ModelWeights.Load(to, _folder.File("other.safetensors")));

        Assert.Equal(80, refused.Report.Unexpected.Count);
        Assert.Contains("80 unexpected in the file", refused.Message, StringComparison.Ordinal);
        Assert.Contains(", ...", refused.Message, StringComparison.Ordinal);
        Assert.True(refused.Message.Length < 1000, refused.Message);
    }

    [Fact]
    public void A_tied_tensor_is_loaded_by_any_of_its_names()
    {
        using ResumedModel from = new();
        ModelWeights.Save(from, _folder.File("whole.safetensors"));

        // As safetensors' save_model writes it: shared memory under one name.
        foreach (string left in new[] { "tied.weight", "again.weight" })
        {
            string file = _folder.File(left + ".safetensors");
            Rewrite(_folder.File("whole.safetensors"), file, name => name == left ? null : name);
            using ResumedModel to = new();
            Assert.True(ModelWeights.Load(to, file).IsComplete);
            Assert.Equal(from.State()["tied.weight"], to.State()["again.weight"]);
            Assert.Equal(from.State()["tied.weight"], to.State()["tied.weight"]);
        }
    }

    [Fact]
    public void Two_values_for_one_tied_tensor_are_refused()
    {
        using ResumedModel from = new();
        ModelWeights.Save(from, _folder.File("whole.safetensors"));
        Rewrite(_folder.File("whole.safetensors"), _folder.File("two.safetensors"), static name => name, (name, bytes) => bytes[0] ^= (byte)(name == "tied.weight" ? 1 : 0));
        using ResumedModel to = new();

        ModelWeightsException refused = Assert.Throws<ModelWeightsException>(() => ModelWeights.Load(to, _folder.File("two.safetensors")));

        Assert.Contains("another tensor than", refused.Message, StringComparison.Ordinal);
        Assert.Single(refused.Report.Mismatched);
    }

    [Fact]
    public void Floating_point_values_are_converted_and_others_are_not()
    {
        using var from = new Layers(("layer", Linear(3, 2)));
        ModelWeights.Save(from, _folder.File("float32.safetensors"));
        foreach (ScalarType type in new[] { ScalarType.Float16, ScalarType.BFloat16, ScalarType.Float64 })
        {
            using var to = new Layers(("layer", Linear(3, 2)));
            to.to(type);
            ModelWeights.Load(to, _folder.File("float32.safetensors"));
            using Tensor expected = from.get_parameter("layer.weight")!.to(type);
            Assert.Equal(type, to.get_parameter("layer.weight")!.dtype);
            Assert.True(expected.equal(to.get_parameter("layer.weight")!).all().item<bool>());
        }

        using var counter = new Buffered(zeros(2, ScalarType.Int64), persistent: true);
        using var real = new Buffered(zeros(2, ScalarType.Float32), persistent: true);
        ModelWeights.Save(real, _folder.File("real.safetensors"));
        ModelWeightsException refused = Assert.Throws<ModelWeightsException>(() => ModelWeights.Load(counter, _folder.File("real.safetensors")));
        Assert.Equal([new("buffer", "F32 [2]", "I64 [2]")], refused.Report.Mismatched);
    }

    [Fact]
    public void Tensors_of_every_layout_and_type_survive()
    {
        foreach (Tensor value in new[]
                 {
                     arange(6, ScalarType.Float32).reshape(2, 3).t(), tensor(3.5), zeros(0, 4), ones(3, ScalarType.Bool), arange(5, ScalarType.Int8), arange(5, ScalarType.Byte),
                     arange(5, ScalarType.Int16), arange(5, ScalarType.Int32), arange(3, ScalarType.Float64), arange(10, ScalarType.Float32)[TensorIndex.Slice(0, 10, 2)],
                 })
        {
            using var from = new Buffered(value, persistent: true);
            using var to = new Buffered(zeros_like(value), persistent: true);
            ModelWeights.Save(from, _folder.File("one.safetensors"));
            ModelWeights.Load(to, _folder.File("one.safetensors"));
            Assert.True(from.Value.equal(to.Value).all().item<bool>(), $"{value.dtype} [{string.Join(", ", value.shape)}]");
        }
    }

    [Fact]
    public void Buffers_that_are_not_persistent_are_left_out()
    {
        using var from = new Buffered(ones(2), persistent: false);
        using var to = new Buffered(zeros(2), persistent: false);
        ModelWeights.Save(from, _folder.File("model.safetensors"));

        using SafetensorsReader reader = SafetensorsReader.Open(_folder.File("model.safetensors"));
        Assert.Equal(["weight"], reader.Entries.Select(static entry => entry.Name));
        Assert.True(ModelWeights.Load(to, _folder.File("model.safetensors")).IsComplete);
        Assert.Equal(0f, to.Value[0].item<float>());
    }

    [Fact]
    public void Paths_without_weights_are_refused_in_words()
    {
        using var model = new Layers(("a", Linear(1, 1)));
        Assert.Contains("neither a file nor a folder", Assert.Throws<FileNotFoundException>(() => ModelWeights.Load(model, _folder.File("none"))).Message, StringComparison.Ordinal);
        Assert.Contains("nor a whole checkpoint", Assert.Throws<FileNotFoundException>(() => ModelWeights.Load(model, _folder.Path)).Message, StringComparison.Ordinal);
        File.WriteAllText(_folder.File("text.safetensors"), "no weights at all");
        Assert.Throws<SafetensorsException>(() => ModelWeights.Load(model, _folder.File("text.safetensors")));
    }

    [Fact]
    public void A_disposed_model_is_refused_in_words()
    {
        var model = new Layers(("a", Linear(1, 1)));
        ModelWeights.Save(model, _folder.File("model.safetensors"));
        model.Dispose();

        Assert.Contains("'weight' of the model's Linear", Assert.Throws<ObjectDisposedException>(() => ModelWeights.Load(model, _folder.File("model.safetensors"))).Message, StringComparison.Ordinal);
        Assert.Throws<ObjectDisposedException>(() => ModelWeights.Save(model, _folder.File("model.safetensors")));
    }

    [Fact]
    public void A_disposed_model_is_not_trained()
    {
        var model = new TransientScale();
        using var training = new TransientScaleTraining(new Ones(2), model);
        model.Dispose();

        ObjectDisposedException refused = Assert.Throws<ObjectDisposedException>(
            () => training.Run(new TrainingOptions { Monitors = [], Device = DeviceType.CPU, CheckpointFolder = _folder.File("checkpoints") }));

        Assert.Contains("TransientScale has been disposed", refused.Message, StringComparison.Ordinal);
    }

    [TorchPythonFact]
    public void PyTorch_loads_what_was_saved()
    {
        using ResumedModel model = new();
        model.eval();
        string file = _folder.File("model.safetensors");
        ModelWeights.Save(model, file);

        float[] actual = JsonSerializer.Deserialize<float[]>(Python.RunBy(Python.TorchInterpreter!, "load_model.py", file))!;

        using Tensor inputs = tensor(Enumerable.Range(0, 64).Select(static i => MathF.Sin(i)).ToArray()).reshape(8, 8);
        using Tensor outputs = model.call(inputs);
        float[] expected = outputs.detach().data<float>().ToArray();
        Assert.Equal(expected.Length, actual.Length);
        for (int i = 0; i < expected.Length; i++)
        {
            Assert.Equal(expected[i], actual[i], 1e-5f);
        }
    }

    private static Dictionary<string, byte[]> StateOf(nn.Module model) => model.state_dict().ToDictionary(static pair => pair.Key, static pair => pair.Value.bytes.ToArray());

    /// <summary>Writes a file anew, with other names (null leaves one out) and other bytes.</summary>
    private static void Rewrite(string from, string to, Func<string, string?> rename, Action<string, byte[]>? change = null)
    {
        using SafetensorsReader reader = SafetensorsReader.Open(from);
        List<SafetensorsTensor> tensors = [];
        foreach (SafetensorsEntry entry in reader.Entries)
        {
            byte[] bytes = reader.GetSpan(entry).ToArray();
            change?.Invoke(entry.Name, bytes);
            if (rename(entry.Name) is { } name)
            {
                tensors.Add(new SafetensorsTensor(name, entry.Dtype, entry.Shape, bytes));
            }
        }

        SafetensorsWriter.Write(to, tensors);
    }

    /// <summary>Layers under names.</summary>
    private sealed class Layers : Module<Tensor, Tensor>
    {
        public Layers(params (string Name, Module<Tensor, Tensor> Layer)[] layers)
            : base(nameof(Layers))
        {
            foreach ((string name, Module<Tensor, Tensor> layer) in layers)
            {
                register_module(name, layer);
            }
        }

        public override Tensor forward(Tensor x) => x;
    }

    /// <summary>A buffer and a weight.</summary>
    private sealed class Buffered : Module<Tensor, Tensor>
    {
        public Buffered(Tensor value, bool persistent)
            : base(nameof(Buffered))
        {
            Value = value;
            register_parameter("weight", new Parameter(zeros(1)));
            register_buffer("buffer", value, persistent);
        }

        public Tensor Value { get; }

        public override Tensor forward(Tensor x) => x;
    }
}
