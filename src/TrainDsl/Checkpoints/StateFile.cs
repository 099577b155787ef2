using System;
using System.Buffers;
using System.Collections.Generic;
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
    /// <summary>The version of the file that this code writes; it reads this one and those before.</summary>
    public const int FormatVersion = 2;

    // Some hundred bytes for each epoch that has ended, and a few thousand besides: anything larger is not read.
    private const int MaxBytes = 1 << 28;

    private static readonly JsonWriterOptions Indented = new() { Indented = true };

    public static void Write(IBufferWriter<byte> destination, RunDefinition definition, RunProgress progress, EpochHistory history)
    {
        using Utf8JsonWriter json = new(destination, Indented);
        json.WriteStartObject();
        json.WriteNumber("formatVersion"u8, FormatVersion);
        json.WriteString("definition"u8, definition.Name);
        json.WriteString("model"u8, definition.Model);
        json.WriteString("dataset"u8, definition.Dataset);
        json.WriteNumber("step"u8, progress.Step);
        json.WriteNumber("epoch"u8, progress.Step / definition.StepsPerEpoch);
        json.WriteNumber("position"u8, progress.Step % definition.StepsPerEpoch * definition.Plan.GlobalBatch);
        json.WriteNumber("skippedSteps"u8, progress.Skipped);
        json.WriteBoolean("withinStep"u8, progress.WithinStep);
        if (progress.ExactStep is { } exact)
        {
            json.WriteNumber("exactStep"u8, exact);
        }

        json.WriteNumber("threads"u8, progress.Threads ?? 0);
        WriteDefinition(json, definition, progress.Updates);
        json.WriteBoolean("epochPending"u8, progress.EpochIsPending);
        JsonNumber.Write(json, "lastLoss", progress.LastLoss);
        history.Write(json, progress.Epochs, before: progress.EpochIsPending ? progress.Step : long.MaxValue);
        json.WriteStartObject("epochSums"u8);
        JsonNumber.Write(json, "loss", progress.Epoch.Loss);
        JsonNumber.Write(json, "meanWeight", progress.Epoch.MeanWeight);
        JsonNumber.Write(json, "sumWeight", progress.Epoch.SumWeight);
        json.WriteEndObject();
        if (progress.Best is { } best)
        {
            json.WriteStartObject("best"u8);
            json.WriteString("metric"u8, best.Metric);
            JsonNumber.Write(json, "value", best.Value);
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
            using JsonDocument json = JsonDocument.Parse(RegularFile.ReadAll(path, MaxBytes), new JsonDocumentOptions { AllowDuplicateProperties = false });
            JsonElement root = json.RootElement;
            int version = root.GetProperty("formatVersion").GetInt32();
            if (version is < 1 or > FormatVersion)
            {
                throw new ResumeException(
                    folder,
                    $"its {CheckpointSnapshot.StateFile} has format version {version}, and this version of TrainDsl reads 1 to {FormatVersion}. "
                    + "Resume with the version of TrainDsl that wrote it, or a newer one.");
            }

            RunDefinition definition = ReadDefinition(root, version);
            RunProgress progress = ReadProgress(root, version, definition.StepsPerEpoch);
            StateRules.Check(definition, progress);
            return (definition, progress);
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException or DecoderFallbackException
            or ArgumentException or IOException or InvalidDataException or UnauthorizedAccessException)
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
            JsonNumber.Write(json, "clipGradNorm", clipNorm);
        }
    }

    private static void WritePart(Utf8JsonWriter json, DefinitionPart part)
    {
        json.WriteString("kind"u8, part.Kind);
        json.WriteStartObject("settings"u8);
        foreach ((string name, double value) in part.Parameters)
        {
            JsonNumber.Write(json, name, value);
        }

        json.WriteEndObject();
    }

    private static RunDefinition ReadDefinition(JsonElement root, int version)
    {
        JsonElement plan = root.GetProperty("plan");
        JsonElement data = root.GetProperty("data");
        return new RunDefinition(
            root.GetProperty("definition").GetString() ?? "",
            version == 1 ? null : root.GetProperty("model").GetString(),
            version == 1 ? null : root.GetProperty("dataset").GetString(),
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
            root.TryGetProperty("clipGradNorm", out JsonElement clipNorm) ? JsonNumber.Read(clipNorm) : null);
    }

    private static DefinitionPart ReadPart(JsonElement part) => new(
        part.GetProperty("kind").GetString() ?? "",
        [.. part.GetProperty("settings").EnumerateObject().Select(static setting => KeyValuePair.Create(setting.Name, JsonNumber.Read(setting.Value)))]);

    private static RunProgress ReadProgress(JsonElement root, int version, long stepsPerEpoch)
    {
        JsonElement epoch = root.GetProperty("epochSums");
        long step = root.GetProperty("step").GetInt64();
        var sums = new EpochSums(
            JsonNumber.Read(epoch.GetProperty("loss")), JsonNumber.Read(epoch.GetProperty("meanWeight")), JsonNumber.Read(epoch.GetProperty("sumWeight")));

        // Version 1 does not say so, but its sums are above 0 at the end of an epoch only if a failure came before the epoch was reported.
        bool pending = version == 1
            ? step > 0 && stepsPerEpoch > 0 && step % stepsPerEpoch == 0 && sums.MeanWeight + sums.SumWeight > 0.0
            : root.GetProperty("epochPending").GetBoolean();
        return new RunProgress(
            step,
            root.GetProperty("optimizer").GetProperty("updates").GetInt64(),
            root.GetProperty("skippedSteps").GetInt64(),
            sums,
            root.TryGetProperty("best", out JsonElement best)
                ? new BestMetric(best.GetProperty("metric").GetString() ?? "", JsonNumber.Read(best.GetProperty("value")), best.GetProperty("step").GetInt64())
                : null,
            root.GetProperty("random").GetProperty("cpu").GetBytesFromBase64(),
            root.GetProperty("withinStep").GetBoolean())
        {
            EpochIsPending = pending,
            ExactStep = root.TryGetProperty("exactStep", out JsonElement exact) ? exact.GetInt64() : null,
            Threads = version == 1 ? null : root.GetProperty("threads").GetInt32(),
            LastLoss = version == 1 ? double.NaN : JsonNumber.Read(root.GetProperty("lastLoss")),
            Epochs = version == 1 ? [] : EpochHistory.Read(root.GetProperty("epochs")),
        };
    }
}
