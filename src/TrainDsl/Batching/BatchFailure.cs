using System.Collections.Generic;

namespace TrainDsl.Batching;

/// <summary>Why written terms are no batch plan, and which plans near them are.</summary>
internal sealed class BatchFailure
{
    public BatchFailure(
        BatchFailureReason reason, BatchTerm? term, BatchTerms written, string message, IReadOnlyList<BatchSuggestion> suggestions)
    {
        Reason = reason;
        Term = term;
        Written = written;
        Message = message;
        Suggestions = suggestions;
    }

    public BatchFailureReason Reason { get; }

    /// <summary>
    /// The written term to point at: the one below 1, else the one that the nearest plan changes. <see langword="null"/> where no term is written
    /// that could be pointed at (<see cref="BatchFailureReason.NothingToInferFrom"/>).
    /// </summary>
    public BatchTerm? Term { get; }

    /// <summary>The terms as they were written.</summary>
    public BatchTerms Written { get; }

    /// <summary>What is wrong, with the numbers, and what would fit: whole sentences.</summary>
    public string Message { get; }

    /// <summary>
    /// The nearest consistent plans, at most <see cref="BatchSuggestions.Most"/> and never none: those that keep the written global batch first, in
    /// each part those that keep devices and nodes first, then by fewest changed terms, then by smallest relative change.
    /// </summary>
    public IReadOnlyList<BatchSuggestion> Suggestions { get; }
}
