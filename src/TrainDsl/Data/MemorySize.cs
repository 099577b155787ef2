using System.Globalization;

namespace TrainDsl.Data;

/// <summary>Sizes of memory in words.</summary>
internal static class MemorySize
{
    private static readonly string[] s_units = ["B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"];

    internal static string InWords(double bytes)
    {
        const double Kibi = 1024.0;
        double value = bytes;
        int unit = 0;
        while (value >= Kibi && unit < s_units.Length - 1)
        {
            value /= Kibi;
            unit++;
        }

        return value.ToString(unit == 0 ? "0" : "0.0", CultureInfo.InvariantCulture) + " " + s_units[unit];
    }
}
