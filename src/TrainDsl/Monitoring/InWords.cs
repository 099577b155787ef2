using System;
using System.Globalization;
using System.Text;

namespace TrainDsl.Monitoring;

/// <summary>Figures as people read them. The culture of the program that uses the library is not that of these words: they look the same everywhere.</summary>
internal static class InWords
{
    private const int SignificantDigits = 4;

    /// <summary>A whole number: <c>1,437</c>.</summary>
    public static string Number(long value) => value.ToString("N0", CultureInfo.InvariantCulture);

    /// <summary>A loss, norm or metric to four digits that count: <c>0.6931</c>, <c>12.3457</c>, <c>0.01234</c>, <c>3.210e-07</c>.</summary>
    public static string Value(double value)
    {
        double size = Math.Abs(value);
        string format = !double.IsFinite(value) || size == 0.0 ? "0.0000"
            : size is < 1e-3 or >= 1e6 ? "0.000e+00"
            : size >= 0.1 ? "0.0000"
            : "0." + new string('0', SignificantDigits - 1 - (int)Math.Floor(Math.Log10(size)));
        return value.ToString(format, CultureInfo.InvariantCulture);
    }

    /// <summary>A learning rate: <c>3.00e-04</c>.</summary>
    public static string LearningRate(double value) => value.ToString("0.00e+00", CultureInfo.InvariantCulture);

    /// <summary>A time: <c>3.2 s</c>, <c>12 min 05 s</c>, <c>3 h 07 min</c>.</summary>
    public static string Duration(TimeSpan time) =>
        time < TimeSpan.FromMinutes(1) ? time.TotalSeconds.ToString("0.0", CultureInfo.InvariantCulture) + " s"
        : time < TimeSpan.FromHours(1) ? string.Create(CultureInfo.InvariantCulture, $"{(long)time.TotalMinutes} min {time.Seconds:00} s")
        : string.Create(CultureInfo.InvariantCulture, $"{Number((long)time.TotalHours)} h {time.Minutes:00} min");

    /// <summary>A text as a literal of C#, to paste: in quotes, with what a literal escapes escaped.</summary>
    public static string Literal(string text)
    {
        var literal = new StringBuilder("\"");
        foreach (char character in text)
        {
            _ = character switch
            {
                '"' or '\\' => literal.Append('\\').Append(character),
                _ when char.IsControl(character) || character is '\u2028' or '\u2029' =>
                    literal.Append("\\u").Append(((int)character).ToString("x4", CultureInfo.InvariantCulture)),
                _ => literal.Append(character),
            };
        }

        return literal.Append('"').ToString();
    }

    /// <summary>How many there are of something: <c>1 step</c>, <c>30 steps</c>.</summary>
    public static string Count(long count, string what) => Number(count) + " " + (count == 1 ? what : what + "s");

    /// <summary>Steps as epochs: <c>1 epoch</c>, <c>20 epochs</c>, and where they end within one, <c>0.47 epochs</c>.</summary>
    public static string Epochs(long steps, long stepsPerEpoch) => steps % stepsPerEpoch == 0
        ? Count(steps / stepsPerEpoch, "epoch")
        : (steps / (double)stepsPerEpoch).ToString("#,0.##", CultureInfo.InvariantCulture) + " epochs";
}
