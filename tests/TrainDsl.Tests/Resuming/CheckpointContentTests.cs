using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text.Json;
using TrainDsl.Checkpoints;
using TrainDsl.Tests.Checkpoints;
using Xunit;
using static TorchSharp.torch;

namespace TrainDsl.Tests.Resuming;

[Collection(AloneCollection.Name)]
public sealed class CheckpointContentTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_files_hold_what_state_dict_and_the_optimizer_hold()
    {
        ResumedRun run = new() { Folder = _folder.File("checkpoints"), StopAfter = 10 };
        Dictionary<string, byte[]> state = run.Train();
        CheckpointInfo checkpoint = new CheckpointStore(run.Folder).List().Good[0];

        using SafetensorsReader model = SafetensorsReader.Open(checkpoint.PathOf("model.safetensors"));
        Assert.Equal(state.Keys.Order(), model.Entries.Select(static entry => entry.Name).Order());
        Assert.All(state, pair => Assert.True(model.GetSpan(model[pair.Key]).SequenceEqual(pair.Value), pair.Key));
        Assert.Contains("tied.weight", state.Keys);
        Assert.Contains("again.weight", state.Keys);
        Assert.Contains("norm.num_batches_tracked", state.Keys);

        using SafetensorsReader optimizer = SafetensorsReader.Open(checkpoint.PathOf("optimizer.safetensors"));
        string[] trained = ["hidden.weight", "hidden.bias", "norm.weight", "norm.bias", "again.weight", "again.bias", "output.weight", "output.bias"];
        Assert.Equal(
            trained.SelectMany(static name => new[] { name + ".exp_avg", name + ".exp_avg_sq" }).Order(),
            optimizer.Entries.Select(static entry => entry.Name).Order());
        Assert.All(optimizer.Entries, entry => Assert.Equal(model[entry.Name[..entry.Name.LastIndexOf('.')]].Shape.ToArray(), entry.Shape.ToArray()));
        Assert.Contains(optimizer.GetSpan(optimizer["hidden.weight.exp_avg_sq"]).ToArray(), static value => value != 0);
    }

    [Fact]
    public void The_state_says_where_the_run_is()
    {
        ResumedRun run = new() { Folder = _folder.File("checkpoints"), StopAfter = 10 };
        run.Train();
        using JsonDocument json = JsonDocument.Parse(File.ReadAllBytes(new CheckpointStore(run.Folder).List().Good[0].PathOf("state.json")));
        JsonElement state = json.RootElement;
        Assert.Equal(10, state.GetProperty("step").GetInt64());
        Assert.Equal(1, state.GetProperty("epoch").GetInt64());
        Assert.Equal(3 * 16, state.GetProperty("position").GetInt64());
        Assert.Equal(16, state.GetProperty("plan").GetProperty("globalBatch").GetInt64());
        Assert.Equal(0.01, state.GetProperty("optimizer").GetProperty("settings").GetProperty("learningRate").GetDouble());
        Assert.Equal(10, state.GetProperty("optimizer").GetProperty("updates").GetInt64());
        Assert.Equal("Constant", state.GetProperty("schedule").GetProperty("kind").GetString());
        Assert.False(state.GetProperty("withinStep").GetBoolean());
    }

    [TorchPythonFact]
    public void PyTorch_loads_the_model_into_a_module_of_the_same_names()
    {
        ResumedRun run = new() { Folder = _folder.File("checkpoints"), StopAfter = 10 };
        run.Train();
        string file = new CheckpointStore(run.Folder).List().Good[0].PathOf("model.safetensors");

        float[] actual = JsonSerializer.Deserialize<float[]>(Python.RunBy(Python.TorchInterpreter!, "load_model.py", file))!;

        using ResumedModel model = new();
        using SafetensorsReader reader = SafetensorsReader.Open(file);
        Dictionary<string, Tensor> state = model.state_dict();
        foreach ((string name, Tensor value) in state)
        {
            value.bytes = reader.GetSpan(reader[name]).ToArray();
        }

        model.eval();
        using Tensor inputs = tensor(Enumerable.Range(0, 64).Select(static i => MathF.Sin(i)).ToArray()).reshape(8, 8);
        using Tensor outputs = model.call(inputs);
        float[] expected = outputs.detach().data<float>().ToArray();
        Assert.Equal(expected.Length, actual.Length);
        for (int i = 0; i < expected.Length; i++)
        {
            Assert.Equal(expected[i], actual[i], 1e-5f);
        }

        Assert.Contains(expected, static value => Math.Abs(value) > 1e-2f);
    }
}
