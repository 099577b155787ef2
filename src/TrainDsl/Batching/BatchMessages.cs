using System;
using System.Collections.Generic;
using System.Globalization;
using System.Text;

namespace TrainDsl.Batching;

/// <summary>The words for failures of the batch arithmetic and for the plans that would fit.</summary>
internal static class BatchMessages
{
    public static string Describe(BatchFailureReason reason, BatchTerm? term, BatchTerms written, IReadOnlyList<BatchSuggestion> suggestions)
    {
        string problem = reason switch
        {
            BatchFailureReason.NothingToInferFrom =>
                "Neither a global batch nor a micro-batch is written, so that there is nothing to infer the batch plan from. Write one of them.",
            BatchFailureReason.NotPositive =>
                Capitalised(Term(term!.Value, written[term.Value]!.Value)) + " is not positive; at least 1 is expected.",
            BatchFailureReason.Overflow => Capitalised(Factors(written)) + " is more than " + Number(long.MaxValue)
                + ", the most samples that a batch can count.",
            BatchFailureReason.NotDivisible =>
                "Global batch " + Number(written.GlobalBatch!.Value) + " is not a multiple of " + WithProduct(written) + ".",
            _ => "Global batch " + Number(written.GlobalBatch!.Value) + " is not " + WithProduct(written) + ".",
        };
        return problem + " " + Remedy(suggestions);
    }

    public static string Title(BatchSuggestion suggestion)
        => Title(suggestion.Changes, suggestion.KeepsGlobal ? suggestion.Plan.GlobalBatch : null);

    /// <summary><c>Use micro-batch 16 and accumulation 2 (keeps global batch 64)</c>.</summary>
    public static string Title(IReadOnlyList<BatchChange> changes, long? keptGlobal)
    {
        var title = new StringBuilder("Use ");
        for (int i = 0; i < changes.Count; i++)
        {
            title.Append(i == 0 ? "" : i == changes.Count - 1 ? " and " : ", ");
            title.Append(Term(changes[i].Term, changes[i].New));
        }

        if (keptGlobal is { } global && changes.Count > 1)
        {
            title.Append(" (keeps global batch ").Append(Number(global)).Append(')');
        }

        return title.ToString();
    }

    /// <summary><c>micro-batch 32</c>.</summary>
    internal static string Term(BatchTerm term, long value) => Name(term) + " " + Number(value);

    internal static string Number(long value) => value.ToString(CultureInfo.InvariantCulture);

    private static string Name(BatchTerm term) => term switch
    {
        BatchTerm.GlobalBatch => "global batch",
        BatchTerm.MicroBatch => "micro-batch",
        BatchTerm.Devices => "devices",
        BatchTerm.Nodes => "nodes",
        _ => "accumulation",
    };

    // The nearest plan that keeps the global batch and the nearest that does not: the two ways out of most failures.
    private static string Remedy(IReadOnlyList<BatchSuggestion> suggestions)
    {
        BatchSuggestion first = suggestions[0];
        string remedy = Capitalised(Changes(first));
        if (first.KeepsGlobal)
        {
            foreach (BatchSuggestion suggestion in suggestions)
            {
                if (!suggestion.KeepsGlobal)
                {
                    remedy += " or " + Changes(suggestion);
                    break;
                }
            }
        }

        return remedy + " would fit.";
    }

    private static string Changes(BatchSuggestion suggestion)
    {
        var text = new StringBuilder();
        for (int i = 0; i < suggestion.Changes.Count; i++)
        {
            text.Append(i == 0 ? "" : i == 1 ? " with " : " and ");
            text.Append(Term(suggestion.Changes[i].Term, suggestion.Changes[i].New));
        }

        return text.ToString();
    }

    private static string WithProduct(BatchTerms written)
    {
        string factors = Factors(written);
        long product = PositiveProduct.Of(written.MicroBatch ?? 1, written.Devices ?? 1, written.Nodes ?? 1, written.Accumulation ?? 1)!.Value;
        return factors.IndexOf(" x ", StringComparison.Ordinal) < 0 ? factors : factors + " = " + Number(product);
    }

    private static string Factors(BatchTerms written)
    {
        var text = new StringBuilder();
        for (BatchTerm term = BatchTerm.MicroBatch; (int)term < BatchTerms.Count; term++)
        {
            if (written[term] is { } value)
            {
                text.Append(text.Length == 0 ? "" : " x ").Append(Term(term, value));
            }
        }

        return text.ToString();
    }

    private static string Capitalised(string text) => char.ToUpperInvariant(text[0]) + text.Substring(1);
}
