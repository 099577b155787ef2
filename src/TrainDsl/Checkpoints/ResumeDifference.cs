namespace TrainDsl.Checkpoints;

/// <summary>Something in which a checkpoint differs from the run that is to go on from it.</summary>
/// <param name="What">What differs, such as <c>global batch</c> or <c>parameter 'output.weight'</c>.</param>
/// <param name="Found">How it is in the checkpoint.</param>
/// <param name="Expected">How it is in the run.</param>
public sealed record ResumeDifference(string What, string Found, string Expected)
{
    /// <summary>The difference in words.</summary>
    public override string ToString() => $"{What}: {Found} in the checkpoint, {Expected} in this run";
}
