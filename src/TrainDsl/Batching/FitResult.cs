using System.Collections.Generic;
using System.Diagnostics.CodeAnalysis;

namespace TrainDsl.Batching;

/// <summary>What fitting a plan to a machine came to: a plan with the declared global batch, or why there is none and which are near.</summary>
internal sealed class FitResult
{
    private FitResult(BatchPlan? plan, string? message, IReadOnlyList<BatchPlan> nearest)
    {
        Plan = plan;
        Message = message;
        Nearest = nearest;
    }

    /// <summary>The fitted plan; <see langword="null"/> where the request cannot keep the global batch.</summary>
    public BatchPlan? Plan { get; }

    /// <summary>Why there is no plan, with the numbers and the nearest plans, one a line.</summary>
    public string? Message { get; }

    /// <summary>Where there is no plan, the nearest that keep the global batch, nearest first; else empty.</summary>
    public IReadOnlyList<BatchPlan> Nearest { get; }

    public static FitResult Accepted(BatchPlan plan) => new(plan, null, []);

    public static FitResult Rejected(string message, IReadOnlyList<BatchPlan> nearest) => new(null, message, nearest);

    /// <summary>Whether there is a plan; where not, <paramref name="message"/> says why.</summary>
    public bool TryGetPlan(out BatchPlan plan, [NotNullWhen(false)] out string? message)
    {
        plan = Plan ?? default;
        message = Message;
        return Plan is not null;
    }

    /// <summary>The fitted plan.</summary>
    /// <exception cref="BatchPlanException">The request cannot keep the global batch.</exception>
    public BatchPlan PlanOrThrow() => Plan ?? throw new BatchPlanException(Message!, Nearest);
}
