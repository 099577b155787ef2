using System.Globalization;
using Microsoft.CodeAnalysis;

namespace TrainDsl.CodeFixes;

/// <summary>Numbers in place of those that must be positive and are not.</summary>
internal static class Numbers
{
    /// <summary>The number without its sign, as it was probably meant; 1 for zero.</summary>
    public static string Positive(FixSite site, SyntaxNode expression)
        => site.Model.GetConstantValue(expression, site.Cancellation).Value switch
        {
            int value and < 0 and > int.MinValue => (-value).ToString(CultureInfo.InvariantCulture),
            long value and < 0 and > long.MinValue => (-value).ToString(CultureInfo.InvariantCulture),
            _ => "1",
        };
}
