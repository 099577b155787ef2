using System;
using System.Collections.Generic;

namespace TrainDsl.Batching;

/// <summary>Finds the consistent plans nearest to written terms that are none.</summary>
internal static class BatchSuggestions
{
    /// <summary>The most suggestions that a failure carries.</summary>
    public const int Most = 5;

    // What a micro-batch is proposed as where nothing that was written says anything about its size.
    private const long UsualMicroBatch = 32;
    private const int MostKeepingAll = 3;
    private const int MostChangingHardware = 2;
    private const int MostChangingGlobal = 2;

    /// <summary>Suggestions for <paramref name="written"/>, in the order that <see cref="BatchFailure.Suggestions"/> states; at least one.</summary>
    /// <param name="written">The terms as they are written.</param>
    /// <param name="samples">The samples of the dataset, which the global batch of a suggestion does not exceed unless there is no other.</param>
    public static BatchSuggestion[] Near(BatchTerms written, long samples = long.MaxValue)
        => Within(written, samples) is { Length: > 0 } suggestions ? suggestions : Within(written, long.MaxValue);

    private static BatchSuggestion[] Within(BatchTerms written, long samples)
    {
        BatchTerms meant = Meant(written);
        var keeping = new NearestPlans(written, meant, MostKeepingAll, samples);
        var otherHardware = new NearestPlans(written, meant, MostChangingHardware, samples);
        var otherGlobal = new NearestPlans(written, meant, MostChangingGlobal, samples);

        if (meant.GlobalBatch is { } global)
        {
            // A number below 1 has to change in any case: then every value of that term is as good as another.
            KeepGlobal(meant, global, keeping);
            KeepGlobalOnOtherHardware(meant, global, written.Devices < 1 || written.Nodes < 1 ? keeping : otherHardware);
        }

        ChangeGlobal(meant, samples, written.GlobalBatch < 1 ? keeping : otherGlobal);
        if (keeping.Count + otherHardware.Count + otherGlobal.Count == 0)
        {
            ShrinkUntilItFits(meant, otherGlobal);
        }

        // Other hardware is worth a line only where it saves an edit that keeping it would cost.
        if (keeping.Count > 0)
        {
            otherHardware.KeepBest(otherHardware.Count > 0 && otherHardware.FewestChanges < keeping.FewestChanges ? 1 : 0);
        }

        var ordered = new List<BatchSuggestion>();
        ordered.AddRange(keeping.ToSuggestions());
        ordered.AddRange(otherHardware.ToSuggestions());
        ordered.AddRange(otherGlobal.ToSuggestions());

        return ordered.Count <= Most ? [.. ordered] : [.. ordered.GetRange(0, Most)];
    }

    // A negative number was probably meant without its sign; zero says nothing and is taken as left out.
    private static BatchTerms Meant(BatchTerms written)
    {
        BatchTerms meant = written;
        for (BatchTerm term = 0; (int)term < BatchTerms.Count; term++)
        {
            long? value = written[term];
            meant = meant.With(term, value is 0 or long.MinValue ? null : value is { } number ? Math.Abs(number) : null);
        }

        return meant;
    }

    private static void KeepGlobal(BatchTerms meant, long global, NearestPlans plans)
    {
        long devices = meant.Devices ?? 1;
        long nodes = meant.Nodes ?? 1;
        if (PositiveProduct.Of(devices, nodes) is { } replicas && global % replicas == 0)
        {
            AddPairs(plans, global / replicas, devices, nodes);
        }
    }

    private static void KeepGlobalOnOtherHardware(BatchTerms meant, long global, NearestPlans plans)
    {
        long devices = meant.Devices ?? 1;
        long nodes = meant.Nodes ?? 1;
        if (global % nodes == 0)
        {
            foreach (long other in Divisors.Of(global / nodes))
            {
                AddOnHardware(plans, meant, global / nodes / other, other, nodes);
            }
        }

        if (global % devices == 0)
        {
            foreach (long other in Divisors.Of(global / devices))
            {
                AddOnHardware(plans, meant, global / devices / other, devices, other);
            }
        }

        if (plans.Count == 0)
        {
            AddPairs(plans, global, 1, 1);
        }
    }

    private static void AddOnHardware(NearestPlans plans, BatchTerms meant, long samplesPerReplica, long devices, long nodes)
    {
        if (meant.MicroBatch is { } micro && samplesPerReplica % micro == 0)
        {
            plans.Add(micro, devices, nodes, samplesPerReplica / micro);
        }

        long accumulation = meant.Accumulation ?? 1;
        if (samplesPerReplica % accumulation == 0)
        {
            plans.Add(samplesPerReplica / accumulation, devices, nodes, accumulation);
        }
    }

    private static void AddPairs(NearestPlans plans, long samplesPerReplica, long devices, long nodes)
    {
        foreach (long micro in Divisors.Of(samplesPerReplica))
        {
            plans.Add(micro, devices, nodes, samplesPerReplica / micro);
        }
    }

    private static void ChangeGlobal(BatchTerms meant, long samples, NearestPlans plans)
    {
        long devices = meant.Devices ?? 1;
        long nodes = meant.Nodes ?? 1;
        if (PositiveProduct.Of(meant.MicroBatch ?? 1, devices, nodes, meant.Accumulation ?? 1) is not { } unit)
        {
            return;
        }

        bool exact = meant is { MicroBatch: not null, Accumulation: not null } ? unit == meant.GlobalBatch : meant.GlobalBatch % unit == 0;
        if (exact)
        {
            // The global batch fits as it is once numbers below 1 are replaced.
            return;
        }

        // The multiples of what is written on both sides of the global batch, or the largest that the dataset fills.
        long below = Math.Max(1, Math.Min(meant.GlobalBatch ?? 0, samples) / unit);
        switch (meant.MicroBatch, meant.Accumulation)
        {
            case ({ } micro, { } accumulation):
                plans.Add(micro, devices, nodes, accumulation);
                break;
            case ({ } micro, null):
                plans.Add(micro, devices, nodes, below);
                plans.Add(micro, devices, nodes, below + 1);
                break;
            case (null, var accumulation) when meant.GlobalBatch is null:
                plans.Add(UsualMicroBatch, devices, nodes, accumulation ?? 1);
                break;
            case (null, var accumulation):
                plans.Add(below, devices, nodes, accumulation ?? 1);
                plans.Add(below + 1, devices, nodes, accumulation ?? 1);
                break;
        }
    }

    // Reached only by products that overflow with no global batch to go by: each factor is lowered as far as the others require.
    private static void ShrinkUntilItFits(BatchTerms meant, NearestPlans plans)
    {
        long micro = meant.MicroBatch ?? 1;
        long devices = meant.Devices ?? 1;
        long nodes = meant.Nodes ?? 1;
        long accumulation = meant.Accumulation ?? 1;
        plans.Add(Math.Min(BatchArithmetic.LargestMicroBatch, Share(devices, nodes, accumulation)), devices, nodes, accumulation);
        plans.Add(micro, devices, nodes, Share(micro, devices, nodes));
        plans.Add(micro, Share(micro, nodes, accumulation), nodes, accumulation);
        plans.Add(micro, devices, Share(micro, devices, accumulation), accumulation);
        plans.Add(1, devices, nodes, Share(1, devices, nodes));
        plans.Add(Share(1, devices, nodes), devices, nodes, 1);
        plans.Add(1, Math.Min(devices, Share(1, nodes, 1)), nodes, 1);
    }

    private static long Share(long a, long b, long c) => PositiveProduct.Of(a, b, c) is { } product ? long.MaxValue / product : 0;
}
