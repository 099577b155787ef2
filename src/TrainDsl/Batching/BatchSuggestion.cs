using System.Collections.Generic;

namespace TrainDsl.Batching;

/// <summary>A consistent plan near what was written, and the edits that lead to it.</summary>
internal sealed class BatchSuggestion
{
    public BatchSuggestion(BatchPlan plan, BatchTerms terms, IReadOnlyList<BatchChange> changes, bool keepsGlobal)
    {
        Plan = plan;
        Terms = terms;
        Changes = changes;
        KeepsGlobal = keepsGlobal;
    }

    /// <summary>The plan that <see cref="Terms"/> resolve to.</summary>
    public BatchPlan Plan { get; }

    /// <summary>The written terms with <see cref="Changes"/> applied.</summary>
    public BatchTerms Terms { get; }

    /// <summary>What to write differently, in the order of <see cref="BatchTerm"/>; at least one.</summary>
    public IReadOnlyList<BatchChange> Changes { get; }

    /// <summary>Whether a (positive) global batch was written and the plan has that same one.</summary>
    public bool KeepsGlobal { get; }

    /// <summary>Title of a code fix: <c>Use micro-batch 32</c>.</summary>
    public string Title => BatchMessages.Title(this);
}
