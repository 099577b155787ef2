using System;
using System.Globalization;
using System.Text.RegularExpressions;

namespace TrainDsl.Checkpoints;

/// <summary>
/// The name of a checkpoint's folder: <c>step-0000000500</c>, or <c>step-0000000500-r2</c> where the step was written again (a name is never
/// reused, so the earlier one stays whole until the later one is durable).
/// </summary>
internal readonly partial record struct CheckpointName(long Step, int Revision) : IComparable<CheckpointName>
{
    public static bool TryParse(string text, out CheckpointName name)
    {
        Match match = Visible().Match(text);
        int revision = 1;
        if (match.Success
            && long.TryParse(match.Groups["step"].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out long step)
            && (!match.Groups["revision"].Success
                || int.TryParse(match.Groups["revision"].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out revision)))
        {
            name = new CheckpointName(step, revision);

            // One name for each: "step-00000000500" or "-r1" would be a second one.
            if (name.ToString() == text)
            {
                return true;
            }
        }

        name = default;
        return false;
    }

    /// <summary>Whether a folder is what a run left that died while it wrote or removed a checkpoint.</summary>
    public static bool IsTemporary(string text) => Temporary().IsMatch(text);

    /// <summary>A new name under which a checkpoint is not yet, or no longer, visible.</summary>
    public string ToTemporary() => $".{this}.tmp-{Guid.NewGuid():n}";

    public int CompareTo(CheckpointName other) => (Step, Revision).CompareTo((other.Step, other.Revision));

    public override string ToString() => Revision == 1 ? $"step-{Step:D10}" : $"step-{Step:D10}-r{Revision}";

    [GeneratedRegex(@"\Astep-(?<step>[0-9]{10,19})(-r(?<revision>[0-9]{1,9}))?\z", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Visible();

    [GeneratedRegex(@"\A\.step-[0-9]{10,19}(-r[0-9]{1,9})?\.tmp-[0-9a-f]{32}\z", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Temporary();
}
