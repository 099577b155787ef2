using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text;
using Microsoft.CodeAnalysis.CSharp;

namespace TrainDsl.CodeFixes;

/// <summary>Makes names.</summary>
internal static class Identifiers
{
    /// <summary><c>TopFive</c> as <c>top_five</c>.</summary>
    public static string SnakeCase(string identifier)
    {
        var words = new StringBuilder();
        for (int i = 0; i < identifier.Length; i++)
        {
            bool begins = char.IsUpper(identifier[i]) && i > 0 && identifier[i - 1] != '_'
                && (!char.IsUpper(identifier[i - 1]) || (i + 1 < identifier.Length && char.IsLower(identifier[i + 1])));
            words.Append(begins ? "_" : "").Append(char.ToLowerInvariant(identifier[i]));
        }

        return words.ToString();
    }

    /// <summary>An identifier that is no keyword and reads like some text; <paramref name="otherwise"/> where nothing of the text can be kept.</summary>
    public static string Of(string text, string otherwise)
    {
        string kept = string.Concat(text.Select(static character => SyntaxFacts.IsIdentifierPartCharacter(character) ? character : '_'));
        if (kept.Trim('_').Length == 0)
        {
            return otherwise;
        }

        string identifier = SyntaxFacts.IsIdentifierStartCharacter(kept[0]) ? kept : "_" + kept;
        return SyntaxFacts.GetKeywordKind(identifier) == SyntaxKind.None ? identifier : char.ToUpperInvariant(identifier[0]) + identifier.Substring(1);
    }

    /// <summary>A name, or with a number behind it the first that is not taken.</summary>
    public static string Free(string name, ISet<string> taken)
    {
        string free = name;
        for (int number = 2; taken.Contains(free); number++)
        {
            free = name + number.ToString(CultureInfo.InvariantCulture);
        }

        return free;
    }
}
