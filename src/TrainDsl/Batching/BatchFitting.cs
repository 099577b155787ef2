using System;
using System.Collections.Generic;
using System.Linq;

namespace TrainDsl.Batching;

/// <summary>Solves a plan again for another machine or micro-batch. What is trained stays the same: the global batch is always kept.</summary>
internal static class BatchFitting
{
    /// <summary>The most plans that a failure lists.</summary>
    public const int MostNearest = 5;

    private const int MostOnRequestedHardware = 3;

    /// <summary>
    /// Fits <paramref name="declared"/> to <paramref name="request"/>. A requested micro-batch is taken exactly; otherwise the declared one is kept
    /// if it can be, else it is the largest below it that divides the samples of a replica. Accumulation takes up the difference.
    /// </summary>
    /// <exception cref="ArgumentException"><paramref name="declared"/> is the default value, which is no plan.</exception>
    public static FitResult Fit(BatchPlan declared, FitRequest request)
    {
        ThrowIfNoPlan(declared);
        foreach ((string name, long? value) in new[]
                 { ("Devices", request.Devices), ("Nodes", request.Nodes), ("Micro-batch", request.MicroBatch) })
        {
            if (value < 1)
            {
                return FitResult.Rejected($"{name} {value} is not positive; at least 1 is expected. The declared plan is {declared}.", []);
            }
        }

        long devices = request.Devices ?? declared.Devices;
        long nodes = request.Nodes ?? declared.Nodes;
        if (TrySolve(declared, devices, nodes, request.MicroBatch) is { } plan)
        {
            return FitResult.Accepted(plan);
        }

        BatchPlan[] nearest = Nearest(declared, devices, nodes, request.MicroBatch);
        return FitResult.Rejected(Describe(declared, devices, nodes, request.MicroBatch, nearest), nearest);
    }

    /// <summary>
    /// The plan to try after running out of memory: the micro-batch halves and accumulation doubles. An odd micro-batch goes to the largest that
    /// divides the samples of a replica and is at most half of it, rounded up. <see langword="null"/> where the micro-batch is already 1.
    /// </summary>
    /// <exception cref="ArgumentException"><paramref name="plan"/> is the default value, which is no plan.</exception>
    public static BatchPlan? Halve(BatchPlan plan)
    {
        ThrowIfNoPlan(plan);
        return plan.MicroBatch == 1 ? null
            : plan.MicroBatch % 2 == 0 ? WithMicroBatch(plan, plan.MicroBatch / 2)
            : WithMicroBatch(plan, Divisors.LargestUpTo((plan.MicroBatch / 2) + 1, plan.SamplesPerReplica));
    }

    /// <summary>
    /// The plan to try where memory is left: the micro-batch doubles and accumulation halves. Where accumulation is odd, the micro-batch goes to the
    /// largest that divides the samples of a replica and is at most its double, or to the next one above. <see langword="null"/> where accumulation
    /// is already 1.
    /// </summary>
    /// <exception cref="ArgumentException"><paramref name="plan"/> is the default value, which is no plan.</exception>
    public static BatchPlan? Double(BatchPlan plan)
    {
        ThrowIfNoPlan(plan);
        if (plan.Accumulation == 1)
        {
            return null;
        }

        // Doubling cannot overflow: accumulation is at least 2, and micro-batch x accumulation fits.
        long doubled = plan.MicroBatch * 2;
        if (plan.Accumulation % 2 == 0)
        {
            return WithMicroBatch(plan, doubled);
        }

        long[] larger = [.. Divisors.Of(plan.SamplesPerReplica).Where(divisor => divisor > plan.MicroBatch)];
        return WithMicroBatch(plan, larger[0] > doubled ? larger[0] : larger.Last(divisor => divisor <= doubled));
    }

    private static BatchPlan WithMicroBatch(BatchPlan plan, long micro)
        => new(micro, plan.Devices, plan.Nodes, plan.SamplesPerReplica / micro);

    // The samples of one replica in a global batch, where they are a whole number.
    private static long? SamplesPerReplica(BatchPlan declared, long devices, long nodes)
        => PositiveProduct.Of(devices, nodes) is { } replicas && declared.GlobalBatch % replicas == 0 ? declared.GlobalBatch / replicas : null;

    private static BatchPlan? TrySolve(BatchPlan declared, long devices, long nodes, long? requestedMicro)
    {
        if (SamplesPerReplica(declared, devices, nodes) is not { } samples)
        {
            return null;
        }

        long micro = requestedMicro ?? declared.MicroBatch;
        if (samples % micro != 0)
        {
            if (requestedMicro is not null)
            {
                return null;
            }

            micro = Divisors.LargestUpTo(micro, samples);
        }

        return new BatchPlan(micro, devices, nodes, samples / micro);
    }

    private static BatchPlan[] Nearest(BatchPlan declared, long devices, long nodes, long? requestedMicro)
    {
        var nearest = new List<BatchPlan>();
        if (SamplesPerReplica(declared, devices, nodes) is { } samples)
        {
            long wanted = requestedMicro ?? declared.MicroBatch;
            nearest.AddRange(Divisors.Of(samples)
                .OrderBy(micro => Ratio(micro, wanted))
                .ThenBy(micro => micro)
                .Take(MostOnRequestedHardware)
                .Select(micro => new BatchPlan(micro, devices, nodes, samples / micro)));
        }

        // Fewer replicas than asked for are at hand; more may not be. A requested micro-batch is kept if any such plan can keep it.
        BatchPlan[] elsewhere = [.. OtherHardware(declared, devices, nodes)
            .OrderBy(hardware => hardware.Devices > devices || hardware.Nodes > nodes)
            .ThenBy(hardware => Ratio(hardware.Devices, devices) * Ratio(hardware.Nodes, nodes))
            .ThenBy(hardware => hardware.Nodes)
            .Select(hardware => TrySolve(declared, hardware.Devices, hardware.Nodes, requestedMicro))
            .OfType<BatchPlan>()
            .Take(MostNearest - nearest.Count)];
        nearest.AddRange(elsewhere);
        if (nearest.Count == 0)
        {
            long micro = Divisors.LargestUpTo(requestedMicro ?? declared.MicroBatch, declared.GlobalBatch);
            nearest.Add(new BatchPlan(micro, 1, 1, declared.GlobalBatch / micro));
        }

        return [.. nearest];
    }

    private static IEnumerable<(long Devices, long Nodes)> OtherHardware(BatchPlan declared, long devices, long nodes)
    {
        if (declared.GlobalBatch % nodes == 0)
        {
            foreach (long other in Divisors.Of(declared.GlobalBatch / nodes))
            {
                if (other != devices)
                {
                    yield return (other, nodes);
                }
            }
        }

        if (declared.GlobalBatch % devices == 0)
        {
            foreach (long other in Divisors.Of(declared.GlobalBatch / devices))
            {
                if (other != nodes)
                {
                    yield return (devices, other);
                }
            }
        }
    }

    private static double Ratio(long a, long b) => (double)Math.Max(a, b) / Math.Min(a, b);

    private static string Describe(BatchPlan declared, long devices, long nodes, long? requestedMicro, BatchPlan[] nearest)
    {
        string hardware = nodes == 1 ? $"devices {devices}" : $"devices {devices} x nodes {nodes}";
        string problem = SamplesPerReplica(declared, devices, nodes) is { } samples
            ? $"Global batch {declared.GlobalBatch} cannot be kept by micro-batch {requestedMicro} on {hardware}: "
                + $"{samples} samples a replica are not a multiple of {requestedMicro}."
            : $"Global batch {declared.GlobalBatch} cannot be kept on {hardware}: it does not divide into equal shares.";
        return problem + " The nearest plans that keep it:\n  " + string.Join("\n  ", nearest);
    }

    private static void ThrowIfNoPlan(BatchPlan plan)
    {
        if (plan.GlobalBatch == 0)
        {
            throw new ArgumentException("The default value of BatchPlan is no plan: make one with its constructor.", nameof(plan));
        }
    }
}
