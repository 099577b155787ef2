using System.Linq;

namespace TrainDsl.Batching;

/// <summary>
/// The batch identity, <c>global = micro x devices x nodes x accumulation</c>: finds the terms that were left out, or says why it cannot.
/// At least one of global batch and micro-batch is written. Left out, devices and nodes are 1; accumulation is what global batch and micro-batch
/// require, else 1; the micro-batch is what global batch and accumulation require; the global batch is the product.
/// </summary>
/// <remarks>The same source is compiled into the generator, so that the compiler and a run can never disagree.</remarks>
internal static class BatchArithmetic
{
    /// <summary>The most samples of one pass: batches are counted with 32 bits where tensors are filled.</summary>
    public const long LargestMicroBatch = int.MaxValue;

    /// <summary>Resolves <paramref name="written"/>. Never throws, and takes bounded time whatever the numbers are.</summary>
    /// <param name="written">The terms as they are written.</param>
    /// <param name="samples">The samples that the dataset is known to have: no larger global batch is suggested if one within it would fit.</param>
    public static BatchResolution Resolve(BatchTerms written, long samples = long.MaxValue)
    {
        BatchFailureReason? reason = Decide(written, out BatchPlan plan);
        return reason is null ? BatchResolution.Accepted(plan) : BatchResolution.Rejected(Explain(reason.Value, written, samples));
    }

    /// <summary>The decision alone, without the search for nearby plans: <see langword="null"/> where there is a plan.</summary>
    internal static BatchFailureReason? Decide(BatchTerms written, out BatchPlan plan)
    {
        plan = default;
        if (FirstBelowOne(written) is not null)
        {
            return BatchFailureReason.NotPositive;
        }

        if (written.GlobalBatch is null && written.MicroBatch is null)
        {
            return BatchFailureReason.NothingToInferFrom;
        }

        long devices = written.Devices ?? 1;
        long nodes = written.Nodes ?? 1;
        if (PositiveProduct.Of(written.MicroBatch ?? 1, devices, nodes, written.Accumulation ?? 1) is not { } product)
        {
            return BatchFailureReason.Overflow;
        }

        long micro = written.MicroBatch ?? 1;
        long accumulation = written.Accumulation ?? 1;
        if (written.GlobalBatch is { } global)
        {
            if (written.MicroBatch is not null && written.Accumulation is not null)
            {
                if (product != global)
                {
                    return BatchFailureReason.Contradiction;
                }
            }
            else if (global % product != 0)
            {
                return BatchFailureReason.NotDivisible;
            }
            else if (written.MicroBatch is null)
            {
                micro = global / product;
            }
            else
            {
                accumulation = global / product;
            }
        }

        plan = new BatchPlan(micro, devices, nodes, accumulation);
        return null;
    }

    /// <summary>The first written term that is below 1.</summary>
    internal static BatchTerm? FirstBelowOne(BatchTerms written)
    {
        for (BatchTerm term = 0; (int)term < BatchTerms.Count; term++)
        {
            if (written[term] < 1)
            {
                return term;
            }
        }

        return null;
    }

    private static BatchFailure Explain(BatchFailureReason reason, BatchTerms written, long samples)
    {
        BatchSuggestion[] suggestions = BatchSuggestions.Near(written, samples);
        BatchTerm? term = FirstBelowOne(written) ?? Suspect(suggestions);
        return new BatchFailure(reason, term, written, BatchMessages.Describe(reason, term, written, suggestions), suggestions);
    }

    // Hardware is what it is, so that devices and nodes are suspected only where every suggestion changes them.
    private static BatchTerm? Suspect(BatchSuggestion[] suggestions)
    {
        foreach (BatchSuggestion suggestion in suggestions)
        {
            if (!suggestion.Changes.Any(change => change.Term is BatchTerm.Devices or BatchTerm.Nodes))
            {
                return FirstWritten(suggestion);
            }
        }

        return FirstWritten(suggestions[0]);
    }

    private static BatchTerm? FirstWritten(BatchSuggestion suggestion)
    {
        foreach (BatchChange change in suggestion.Changes)
        {
            if (change.Old is not null)
            {
                return change.Term;
            }
        }

        return null;
    }
}
