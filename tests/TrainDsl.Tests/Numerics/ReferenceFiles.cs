using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text.Json;

namespace TrainDsl.Tests.Numerics;

/// <summary>The files that tests/references/make_optimizer_references.py made.</summary>
internal static class ReferenceFiles
{
    private static readonly JsonSerializerOptions s_options = new(JsonSerializerDefaults.Web) { RespectRequiredConstructorParameters = true };

    private static string Folder { get; } = Path.Combine(AppContext.BaseDirectory, "Numerics", "References");

    public static IEnumerable<string> CaseNames() =>
        Directory.EnumerateFiles(Folder, "*.json").Select(static path => Path.GetFileNameWithoutExtension(path)).Where(static name => name != "data").Order();

    public static T Read<T>(string name)
    {
        using FileStream file = File.OpenRead(Path.Combine(Folder, name + ".json"));
        return JsonSerializer.Deserialize<T>(file, s_options) ?? throw new InvalidDataException($"Reference file '{name}' is empty.");
    }
}
