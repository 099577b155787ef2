namespace TrainDsl;

/// <summary>What a run says in words besides its figures: what it resumed from, a checkpoint that failed, a plan that was fitted, how to go on.</summary>
/// <param name="Severity">How much it matters.</param>
/// <param name="Text">Plain English, one or more sentences; lines are separated by line feeds, with none at the end.</param>
public sealed record Notice(NoticeSeverity Severity, string Text)
{
    /// <summary>The text, a warning with <c>warning: </c> before it.</summary>
    public override string ToString() => Severity == NoticeSeverity.Warning ? "warning: " + Text : Text;
}
