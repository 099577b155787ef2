namespace TrainDsl;

/// <summary>How much a <see cref="Notice"/> matters.</summary>
public enum NoticeSeverity
{
    /// <summary>Something happened that is as it should be, such as a resume.</summary>
    Information,

    /// <summary>The run goes on, and something should be looked at: a checkpoint that could not be written, a step that was left out.</summary>
    Warning,
}
