using System.Globalization;
using System.Linq;
using System.Security;
using Microsoft.CodeAnalysis.CSharp;

namespace TrainDsl.Generator.Emission;

/// <summary>Values as C# and comments write them.</summary>
internal static class Literals
{
    /// <summary>A double literal that reads as a double.</summary>
    public static string Of(double value)
    {
        string text = InWords(value);
        return text.Any(static character => character is '.' or 'e') ? text : text + ".0";
    }

    /// <summary>A 64-bit literal.</summary>
    public static string Of(long value) => value.ToString(CultureInfo.InvariantCulture);

    /// <summary>A bool literal.</summary>
    public static string Of(bool value) => value ? "true" : "false";

    /// <summary>A string literal.</summary>
    public static string Of(string value) => SymbolDisplay.FormatLiteral(value, quote: true);

    /// <summary>A number in a comment: the shortest that reads back as the same, with a plain exponent.</summary>
    public static string InWords(double value)
    {
        string text = value.ToString("R", CultureInfo.InvariantCulture);
        int exponent = text.IndexOf('E');
        return exponent < 0
            ? text
            : text.Substring(0, exponent) + "e" + int.Parse(text.Substring(exponent + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture)
                .ToString(CultureInfo.InvariantCulture);
    }

    /// <summary>A count of things in words: <c>1 epoch</c>, <c>3 epochs</c>.</summary>
    public static string Count(long count, string noun) => Of(count) + " " + noun + (count == 1 ? "" : "s");

    /// <summary>A text in an XML comment.</summary>
    public static string InXml(string text) => SecurityElement.Escape(text);
}
