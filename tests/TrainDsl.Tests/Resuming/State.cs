using System;
using System.IO;
using System.IO.Hashing;
using System.Linq;
using System.Text.Json.Nodes;
using TrainDsl.Checkpoints;

namespace TrainDsl.Tests.Resuming;

/// <summary>Changes the state in a checkpoint and signs the manifest again, as someone who means to can: a checksum is no signature.</summary>
internal static class State
{
    /// <summary>Changes the state of the newest checkpoint in a folder.</summary>
    public static void Change(string folder, Action<JsonObject> change)
    {
        CheckpointInfo latest = new CheckpointStore(folder).List().Good[0];
        JsonObject state = JsonNode.Parse(File.ReadAllText(latest.PathOf("state.json")))!.AsObject();
        change(state);
        byte[] bytes = System.Text.Encoding.UTF8.GetBytes(state.ToJsonString());
        File.WriteAllBytes(latest.PathOf("state.json"), bytes);
        JsonObject manifest = JsonNode.Parse(File.ReadAllText(latest.PathOf("manifest.json")))!.AsObject();
        JsonNode file = manifest["files"]!.AsArray().Single(static entry => (string)entry!["name"]! == "state.json")!;
        file["size"] = bytes.Length;
        file["xxh128"] = Convert.ToHexStringLower(XxHash128.Hash(bytes));
        File.WriteAllText(latest.PathOf("manifest.json"), manifest.ToJsonString());
    }
}
