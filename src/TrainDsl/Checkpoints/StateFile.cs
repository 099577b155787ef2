using System;
using System.Buffers;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Text;
using System.Text.Json;
using TrainDsl.Batching;
using TrainDsl.Monitoring;

namespace TrainDsl.Checkpoints;

/// <summary><c>state.json</c>: the definition that a checkpoint was made by, and how far the run had come.</summary>
internal static class StateFile
{
    /// <summary>The version of the file that this code writes and reads.</summary>
    public const int FormatVersion = 1;

    private static readonly JsonWriterOptions Indented = new() { Indented = true };

    public static void Write(IBufferWriter<byte> destination, RunDefinition definition, RunProgress progress)
    {
        using Utf8JsonWriter json = new(destination, Indented);
        json.WriteStartObject();
        json.WriteNumber("formatVersion"u8, FormatVersion);
        json.WriteString("definition"u8, definition.Name);
        json.WriteNumber("step"u8, progress.Step);
        json.WriteNumber("epoch"u8, progress.Step / definition.StepsPerEpoch);
        json.WriteNumber("position"u8, progress.Step % definition.StepsPerEpoch * definition.Plan.GlobalBatch);
        json.WriteNumber("skippedSteps"u8, progress.Skipped);
        json.WriteBoolean("withinStep"u8, progress.WithinStep);
        WriteDefinition(json, definition, progress.Updates);
        json.WriteStartObject("epochSums"u8);
        WriteNumber(json, "loss", progress.Epoch.Loss);
        WriteNumber(json, "meanWeight", progress.Epoch.MeanWeight);
        WriteNumber(json, "sumWeight", progress.Epoch.SumWeight);
        json.WriteEndObject();
        if (progress.Best is { } best)
        {
            json.WriteStartObject("best"u8);
            json.WriteString("metric"u8, best.Metric);
            WriteNumber(json, "value", best.Value);
            json.WriteNumber("step"u8, best.Step);
            json.WriteEndObject();
        }

        json.WriteStartObject("random"u8);
        json.WriteBase64String("cpu"u8, progress.CpuRandom);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    /// <param name="folder">The checkpoint's folder, for messages.</param>
    /// <param name="path">The file.</param>
    /// <exception cref="ResumeException">It is of a newer version, or not what this code writes.</exception>
    public static (RunDefinition Definition, RunProgress Progress) Read(string folder, string path)
    {
        try
        {
            using JsonDocument json = JsonDocument.Parse(File.ReadAllBytes(path), new JsonDocumentOptions { AllowDuplicateProperties = false });
            JsonElement root = json.RootElement;
            int version = root.GetProperty("formatVersion").GetInt32();
            return version == FormatVersion
                ? (ReadDefinition(root), ReadProgress(root))
                : throw new ResumeException(
                    folder,
                    $"its {CheckpointSnapshot.StateFile} has format version {version}, and this version of TrainDsl reads {FormatVersion}. "
                    + "Resume with the version of TrainDsl that wrote it, or a newer one.");
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException or DecoderFallbackException
            or ArgumentException or IOException or UnauthorizedAccessException)
        {
            throw new ResumeException(folder, $"its {CheckpointSnapshot.StateFile} cannot be read: {e.Message} Resume from another one.", e);
        }
    }

    private static void WriteDefinition(Utf8JsonWriter json, RunDefinition definition, long updates)
    {
        json.WriteStartObject("plan"u8);
        json.WriteNumber("globalBatch"u8, definition.Plan.GlobalBatch);
        json.WriteNumber("microBatch"u8, definition.Plan.MicroBatch);
        json.WriteNumber("devices"u8, definition.Plan.Devices);
        json.WriteNumber("nodes"u8, definition.Plan.Nodes);
        json.WriteNumber("accumulation"u8, definition.Plan.Accumulation);
        json.WriteEndObject();
        json.WriteStartObject("data"u8);
        json.WriteNumber("samples"u8, definition.Samples);
        json.WriteBoolean("shuffle"u8, definition.Shuffle);
        json.WriteBoolean("dropLast"u8, definition.DropLast);
        json.WriteEndObject();
        json.WriteNumber("seed"u8, definition.Seed);
        json.WriteNumber("totalSteps"u8, definition.TotalSteps);
        json.WriteNumber("stepsPerEpoch"u8, definition.StepsPerEpoch);
        json.WriteStartObject("optimizer"u8);
        WritePart(json, definition.Optimizer);
        json.WriteNumber("updates"u8, updates);
        json.WriteEndObject();
        json.WriteStartObject("schedule"u8);
        WritePart(json, definition.Schedule);
        json.WriteEndObject();
        if (definition.ClipNorm is { } clipNorm)
        {
            WriteNumber(json, "clipGradNorm", clipNorm);
        }
    }

    private static void WritePart(Utf8JsonWriter json, DefinitionPart part)
    {
        json.WriteString("kind"u8, part.Kind);
        json.WriteStartObject("settings"u8);
        foreach ((string name, double value) in part.Parameters)
        {
            WriteNumber(json, name, value);
        }

        json.WriteEndObject();
    }

    private static RunDefinition ReadDefinition(JsonElement root)
    {
        JsonElement plan = root.GetProperty("plan");
        JsonElement data = root.GetProperty("data");
        return new RunDefinition(
            root.GetProperty("definition").GetString() ?? "",
            new BatchPlan(
                plan.GetProperty("microBatch").GetInt64(),
                plan.GetProperty("devices").GetInt64(),
                plan.GetProperty("nodes").GetInt64(),
                plan.GetProperty("accumulation").GetInt64()),
            data.GetProperty("samples").GetInt64(),
            data.GetProperty("shuffle").GetBoolean(),
            data.GetProperty("dropLast").GetBoolean(),
            root.GetProperty("seed").GetInt64(),
            root.GetProperty("totalSteps").GetInt64(),
            root.GetProperty("stepsPerEpoch").GetInt64(),
            ReadPart(root.GetProperty("optimizer")),
            ReadPart(root.GetProperty("schedule")),
            root.TryGetProperty("clipGradNorm", out JsonElement clipNorm) ? ReadNumber(clipNorm) : null);
    }

    private static DefinitionPart ReadPart(JsonElement part) => new(
        part.GetProperty("kind").GetString() ?? "",
        [.. part.GetProperty("settings").EnumerateObject().Select(static setting => KeyValuePair.Create(setting.Name, ReadNumber(setting.Value)))]);

    private static RunProgress ReadProgress(JsonElement root)
    {
        JsonElement epoch = root.GetProperty("epochSums");
        return new RunProgress(
            root.GetProperty("step").GetInt64(),
            root.GetProperty("optimizer").GetProperty("updates").GetInt64(),
            root.GetProperty("skippedSteps").GetInt64(),
            new EpochSums(
                ReadNumber(epoch.GetProperty("loss")), ReadNumber(epoch.GetProperty("meanWeight")), ReadNumber(epoch.GetProperty("sumWeight"))),
            root.TryGetProperty("best", out JsonElement best)
                ? new BestMetric(best.GetProperty("metric").GetString() ?? "", ReadNumber(best.GetProperty("value")), best.GetProperty("step").GetInt64())
                : null,
            root.GetProperty("random").GetProperty("cpu").GetBytesFromBase64(),
            root.GetProperty("withinStep").GetBoolean());
    }

    // JSON has no number for NaN and infinity; finite ones are written so that they read back to the same bits.
    private static void WriteNumber(Utf8JsonWriter json, string name, double value)
    {
        if (double.IsFinite(value))
        {
            json.WriteNumber(name, value);
        }
        else
        {
            json.WriteString(name, value.ToString(CultureInfo.InvariantCulture));
        }
    }

    private static double ReadNumber(JsonElement element) => element.ValueKind == JsonValueKind.String
        ? double.Parse(element.GetString()!, NumberStyles.Float, CultureInfo.InvariantCulture)
        : element.GetDouble();
}
