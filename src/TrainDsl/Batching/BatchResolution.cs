using System.Diagnostics.CodeAnalysis;

namespace TrainDsl.Batching;

/// <summary>What written terms resolve to: a plan, or a failure.</summary>
internal readonly struct BatchResolution
{
    private readonly BatchPlan _plan;

    private BatchResolution(BatchPlan plan, BatchFailure? failure)
    {
        _plan = plan;
        Failure = failure;
    }

    /// <summary>The plan; <see langword="null"/> where <see cref="Failure"/> says why there is none.</summary>
    public BatchPlan? Plan => Failure is null ? _plan : null;

    /// <summary>Why there is no plan; <see langword="null"/> where there is one.</summary>
    public BatchFailure? Failure { get; }

    public static BatchResolution Accepted(BatchPlan plan) => new(plan, null);

    public static BatchResolution Rejected(BatchFailure failure) => new(default, failure);

    /// <summary>Whether there is a plan; where not, <paramref name="failure"/> says why.</summary>
    public bool TryGetPlan(out BatchPlan plan, [NotNullWhen(false)] out BatchFailure? failure)
    {
        plan = _plan;
        failure = Failure;
        return failure is null;
    }
}
