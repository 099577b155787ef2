using System;
using System.Collections.Generic;

namespace TrainDsl.Batching;

/// <summary>The few plans nearest to what was written, of as many as are offered: sorted, bounded and distinct.</summary>
internal sealed class NearestPlans
{
    private readonly BatchTerms _written;
    private readonly BatchTerms _meant;
    private readonly int _most;
    private readonly long _samples;
    private readonly List<Candidate> _nearest = [];

    /// <param name="written">The terms as written, which edits are counted against.</param>
    /// <param name="meant">The written terms that are positive, or can be read so, which distances are measured from.</param>
    /// <param name="most">How many plans to keep.</param>
    /// <param name="samples">The largest global batch of a plan.</param>
    public NearestPlans(BatchTerms written, BatchTerms meant, int most, long samples)
    {
        _samples = samples;
        _written = written;
        _meant = meant;
        _most = most;
    }

    public int Count => _nearest.Count;

    /// <summary>How many terms the nearest plan changes; for a non-empty list.</summary>
    public int FewestChanges => _nearest[0].Changes;

    /// <summary>
    /// Offers a plan. One that does not fit 64 bits, that is larger than a pass or the dataset, or that the written terms cannot be edited to, is passed over.
    /// </summary>
    public void Add(long microBatch, long devices, long nodes, long accumulation)
    {
        if (BatchPlan.TryCreate(microBatch, devices, nodes, accumulation) is not { } plan
            || plan.MicroBatch > BatchArithmetic.LargestMicroBatch || plan.GlobalBatch > _samples)
        {
            return;
        }

        var candidate = Measure(plan);
        int at = _nearest.Count;
        while (at > 0 && Compare(candidate, _nearest[at - 1]) < 0)
        {
            at--;
        }

        if (at == _most
            || _nearest.Exists(other => other.Terms == candidate.Terms)
            || BatchArithmetic.Decide(candidate.Terms, out BatchPlan resolved) is not null
            || resolved != plan)
        {
            return;
        }

        _nearest.Insert(at, candidate);
        KeepBest(_most);
    }

    /// <summary>Drops all but the nearest <paramref name="most"/>.</summary>
    public void KeepBest(int most)
    {
        if (_nearest.Count > most)
        {
            _nearest.RemoveRange(most, _nearest.Count - most);
        }
    }

    public IEnumerable<BatchSuggestion> ToSuggestions()
    {
        foreach (Candidate candidate in _nearest)
        {
            var changes = new List<BatchChange>();
            for (BatchTerm term = 0; (int)term < BatchTerms.Count; term++)
            {
                if (candidate.Terms[term] is { } value && value != _written[term])
                {
                    changes.Add(new BatchChange(term, _written[term], value));
                }
            }

            yield return new BatchSuggestion(candidate.Plan, candidate.Terms, changes, candidate.Plan.GlobalBatch == _written.GlobalBatch);
        }
    }

    private Candidate Measure(BatchPlan plan)
    {
        BatchTerms terms = Edited(plan);
        int changes = 0;

        // With no micro-batch to be near to, the plan that accumulates least is the nearest.
        double change = _meant.MicroBatch is null && terms.Accumulation is null ? plan.Accumulation : 1;
        for (BatchTerm term = 0; (int)term < BatchTerms.Count; term++)
        {
            if (terms[term] is { } value && value != _written[term])
            {
                changes++;
                double from = _meant[term] ?? (term is BatchTerm.GlobalBatch or BatchTerm.MicroBatch ? value : 1);

                // Ratios are multiplied, not their logarithms added: IEEE division and multiplication give the same order on every platform.
                change *= Math.Max(value, from) / Math.Min(value, from);
            }
        }

        return new Candidate(plan, terms, Hardware(plan), changes, change);
    }

    // What has to be written for the plan: every term that was, and those whose default or inferred value is not the plan's.
    private BatchTerms Edited(BatchPlan plan) => new()
    {
        GlobalBatch = _written.GlobalBatch is null ? null : plan.GlobalBatch,
        MicroBatch = _written.MicroBatch is null && _written.GlobalBatch is not null ? null : plan.MicroBatch,
        Devices = _written.Devices is null && plan.Devices == 1 ? null : plan.Devices,
        Nodes = _written.Nodes is null && plan.Nodes == 1 ? null : plan.Nodes,
        Accumulation = _written.Accumulation is null
            && ((_written.GlobalBatch is not null && _written.MicroBatch is not null) || plan.Accumulation == 1)
                ? null
                : plan.Accumulation,
    };

    // Hardware that is asked for kept comes first; then less of it, which is at hand; then more. Numbers below 1 have to change in any case.
    private int Hardware(BatchPlan plan)
    {
        bool devicesKept = plan.Devices == (_meant.Devices ?? 1) || _written.Devices < 1;
        bool nodesKept = plan.Nodes == (_meant.Nodes ?? 1) || _written.Nodes < 1;
        return devicesKept && nodesKept ? 0
            : (devicesKept || plan.Devices < _meant.Devices) && (nodesKept || plan.Nodes < _meant.Nodes) ? 1
            : 2;
    }

    private static int Compare(in Candidate a, in Candidate b)
    {
        int order = a.Hardware.CompareTo(b.Hardware);
        order = order != 0 ? order : a.Changes.CompareTo(b.Changes);
        order = order != 0 ? order : a.Change.CompareTo(b.Change);

        // Of two that are equally near, the smaller micro-batch is the one sure to fit in memory.
        order = order != 0 ? order : a.Plan.MicroBatch.CompareTo(b.Plan.MicroBatch);
        order = order != 0 ? order : a.Plan.GlobalBatch.CompareTo(b.Plan.GlobalBatch);
        return order != 0 ? order : a.Plan.Devices.CompareTo(b.Plan.Devices);
    }

    private readonly record struct Candidate(BatchPlan Plan, BatchTerms Terms, int Hardware, int Changes, double Change);
}
