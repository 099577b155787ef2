using System.Globalization;
using System.Text.Json;

namespace TrainDsl.Checkpoints;

/// <summary>Numbers in JSON that read back to the same bits; NaN and infinity, for which JSON has no number, are written as texts.</summary>
internal static class JsonNumber
{
    public static void Write(Utf8JsonWriter json, string name, double value)
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

    public static double Read(JsonElement element) => element.ValueKind == JsonValueKind.String
        ? double.Parse(element.GetString()!, NumberStyles.Float, CultureInfo.InvariantCulture)
        : element.GetDouble();
}
