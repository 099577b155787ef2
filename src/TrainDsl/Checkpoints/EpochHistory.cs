using System;
using System.Buffers;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json;

namespace TrainDsl.Checkpoints;

/// <summary>
/// The epochs that have ended, as <c>state.json</c> keeps them: a run that is resumed has them in its result. Each is turned into JSON once.
/// </summary>
internal sealed class EpochHistory
{
    private readonly List<(long Step, byte[] Json)> _epochs = [];

    /// <summary>Writes the epochs that ended as a JSON array.</summary>
    /// <param name="json">Where to.</param>
    /// <param name="epochs">The epochs, of which those written before are the same.</param>
    /// <param name="before">Epochs that ended at this step or later are left out.</param>
    public void Write(Utf8JsonWriter json, IReadOnlyList<EpochReport> epochs, long before)
    {
        for (int index = _epochs.Count; index < epochs.Count; index++)
        {
            _epochs.Add((epochs[index].Step, ToJson(epochs[index])));
        }

        json.WriteStartArray("epochs"u8);
        foreach ((long step, byte[] epoch) in _epochs)
        {
            if (step < before)
            {
                json.WriteRawValue(epoch, skipInputValidation: true);
            }
        }

        json.WriteEndArray();
    }

    public static IReadOnlyList<EpochReport> Read(JsonElement epochs) => [.. epochs.EnumerateArray().Select(static epoch => new EpochReport(
        epoch.GetProperty("epoch").GetInt64(),
        epoch.GetProperty("step").GetInt64(),
        JsonNumber.Read(epoch.GetProperty("trainingLoss")),
        epoch.TryGetProperty("validation", out JsonElement validation) ? ReadValidation(validation) : null,
        TimeSpan.FromTicks(epoch.GetProperty("elapsedTicks").GetInt64()))
    {
        IsPartial = epoch.TryGetProperty("isPartial", out JsonElement isPartial) && isPartial.GetBoolean(),
    })];

    private static EvaluationResult ReadValidation(JsonElement validation) => new(
        validation.GetProperty("samples").GetInt64(),
        JsonNumber.Read(validation.GetProperty("loss")),
        [.. validation.GetProperty("metrics").EnumerateObject().Select(static metric => KeyValuePair.Create(metric.Name, JsonNumber.Read(metric.Value)))]);

    private static byte[] ToJson(EpochReport epoch)
    {
        ArrayBufferWriter<byte> buffer = new();
        using (Utf8JsonWriter json = new(buffer))
        {
            json.WriteStartObject();
            json.WriteNumber("epoch"u8, epoch.Epoch);
            json.WriteNumber("step"u8, epoch.Step);
            JsonNumber.Write(json, "trainingLoss", epoch.TrainingLoss);
            json.WriteNumber("elapsedTicks"u8, epoch.Elapsed.Ticks);
            if (epoch.IsPartial)
            {
                json.WriteBoolean("isPartial"u8, true);
            }

            if (epoch.Validation is { } validation)
            {
                json.WriteStartObject("validation"u8);
                json.WriteNumber("samples"u8, validation.Samples);
                JsonNumber.Write(json, "loss", validation.Loss);
                json.WriteStartObject("metrics"u8);
                foreach ((string name, double value) in validation.Metrics)
                {
                    JsonNumber.Write(json, name, value);
                }

                json.WriteEndObject();
                json.WriteEndObject();
            }

            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }
}
