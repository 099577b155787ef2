using System;
using System.Linq;
using System.Numerics;
using CsCheck;
using TrainDsl.Batching;
using Xunit;

namespace TrainDsl.Tests.Batching;

public sealed class BatchArithmeticProperties
{
    private const int Small = 14;
    private const int Iterations = 3_000;

    private static readonly Gen<BatchTerms> SmallTerms = Terms(
        Gen.OneOf(Gen.Long[1, 96], Gen.Int[0, 3].Select(i => new long[] { 16, 32, 48, 64 }[i])), Gen.Long[1, Small]);

    private static readonly Gen<BatchTerms> SmallTermsOfAnySign = Terms(Gen.Long[-8, 96], Gen.Long[-3, Small]);

    // Where 64-bit arithmetic goes wrong: the ends of the range, powers of two, highly composite numbers, products of two large primes.
    private static readonly Gen<long> Extreme = Gen.OneOf(
        Gen.Long,
        Gen.Long[1, 100],
        Gen.Int[0, 62].Select(power => 1L << power),
        Gen.Int[0, 9].Select(i => new[]
        {
            long.MaxValue, long.MaxValue - 1, long.MinValue, long.MinValue + 1, 0, -1, 897612484786617600, 3037000493L * 3037000453L,
            (1L << 61) - 1, 65537L * 65539L * 65543L,
        }[i]));

    private static readonly Gen<BatchTerms> ExtremeTerms = Terms(Extreme, Extreme);

    [Fact]
    public void What_is_accepted_multiplies_out_and_agrees_with_what_was_written()
        => Gen.OneOf(SmallTerms, ExtremeTerms).Sample(written =>
        {
            if (BatchArithmetic.Resolve(written).TryGetPlan(out BatchPlan plan, out _))
            {
                AssertConsistent(plan);
                foreach (BatchTerm term in Enum.GetValues<BatchTerm>())
                {
                    Assert.Equal(written[term] ?? plan[term], plan[term]);
                }

                Assert.Equal(written.Devices ?? 1, plan.Devices);
                Assert.Equal(written.Nodes ?? 1, plan.Nodes);
                if (written.GlobalBatch is null || written.MicroBatch is null)
                {
                    Assert.Equal(written.Accumulation ?? 1, plan.Accumulation);
                }
            }
        }, iter: Iterations);

    // Written terms stay as they are, devices and nodes that are left out are 1; every other term may be any positive number.
    [Fact]
    public void What_is_rejected_has_no_solution()
        => SmallTerms.Where(terms => (terms.GlobalBatch ?? terms.MicroBatch) is not null).Sample(written =>
            Assert.Equal(HasSolution(written), BatchArithmetic.Resolve(written).Failure is null), iter: Iterations);

    [Fact]
    public void What_is_rejected_as_too_large_is_too_large()
        => ExtremeTerms.Sample(written =>
        {
            bool positive = Enum.GetValues<BatchTerm>().All(term => written[term] is null or >= 1);
            bool tooLarge = new[] { BatchTerm.MicroBatch, BatchTerm.Devices, BatchTerm.Nodes, BatchTerm.Accumulation }
                .Aggregate(BigInteger.One, (product, term) => product * (written[term] ?? 1)) > long.MaxValue;
            BatchFailureReason? reason = BatchArithmetic.Resolve(written).Failure?.Reason;

            Assert.Equal(!positive, reason == BatchFailureReason.NotPositive);
            Assert.Equal(
                positive && tooLarge && (written.GlobalBatch ?? written.MicroBatch) is not null,
                reason == BatchFailureReason.Overflow);
        }, iter: Iterations);

    [Fact]
    public void Each_suggestion_is_accepted_and_is_what_it_says()
        => Gen.OneOf(SmallTermsOfAnySign, ExtremeTerms).Sample(written =>
        {
            if (BatchArithmetic.Resolve(written).Failure is not { } failure)
            {
                return;
            }

            Assert.InRange(failure.Suggestions.Count, 1, BatchSuggestions.Most);
            Assert.Equal(failure.Suggestions.Count, failure.Suggestions.Select(s => s.Terms).Distinct().Count());
            Assert.Equal(failure.Suggestions.OrderByDescending(s => s.KeepsGlobal), failure.Suggestions);
            foreach (BatchSuggestion suggestion in failure.Suggestions)
            {
                BatchTerms edited = suggestion.Changes.Aggregate(written, (terms, change) => terms.With(change.Term, change.New));
                Assert.NotEmpty(suggestion.Changes);
                Assert.All(suggestion.Changes, change => Assert.Equal(written[change.Term], change.Old));
                Assert.All(suggestion.Changes, change => Assert.NotEqual(change.Old, change.New));
                Assert.Equal(edited, suggestion.Terms);
                Assert.Equal(suggestion.Plan, BatchArithmetic.Resolve(edited).Plan);
                Assert.Equal(written.GlobalBatch == suggestion.Plan.GlobalBatch, suggestion.KeepsGlobal);
                AssertConsistent(suggestion.Plan);
            }

            Assert.Equal(failure.Message, BatchArithmetic.Resolve(written).Failure!.Message);
            Assert.True(failure.Term is null ? failure.Reason == BatchFailureReason.NothingToInferFrom : written[failure.Term.Value] is not null);
        }, iter: Iterations);

    // Against all plans of small terms: no plan that keeps the global batch and the hardware takes fewer edits than the first suggestion.
    [Fact]
    public void The_first_suggestion_takes_the_fewest_edits()
        => SmallTerms.Where(terms => terms.GlobalBatch is not null).Sample(written =>
        {
            if (BatchArithmetic.Resolve(written).Failure is not { } failure)
            {
                return;
            }

            long devices = written.Devices ?? 1;
            long nodes = written.Nodes ?? 1;
            long global = written.GlobalBatch!.Value;
            int? fewest = null;
            for (long micro = 1; micro <= global; micro++)
            {
                for (long accumulation = 1; micro * accumulation * devices * nodes <= global; accumulation++)
                {
                    if (micro * accumulation * devices * nodes == global)
                    {
                        int edits = (written.MicroBatch is { } m && m != micro ? 1 : 0)
                            + (written.Accumulation is { } a && a != accumulation ? 1 : 0);
                        fewest = Math.Min(fewest ?? int.MaxValue, edits);
                    }
                }
            }

            bool hardwareKept = failure.Suggestions[0].Plan is { } plan && plan.Devices == devices && plan.Nodes == nodes;
            if (fewest is null)
            {
                Assert.False(failure.Suggestions[0].KeepsGlobal && hardwareKept);
            }
            else
            {
                Assert.True(failure.Suggestions[0].KeepsGlobal && hardwareKept);
                Assert.Equal(fewest, failure.Suggestions[0].Changes.Count);
            }
        }, iter: Iterations);

    // The number with the most divisors that 64 bits hold: the search still looks at each only a few times.
    [Fact]
    public void The_search_is_bounded_by_the_number_of_divisors()
    {
        BatchTerms written = new() { GlobalBatch = 897612484786617600, MicroBatch = 947_000_017, Devices = 1, Nodes = 1, Accumulation = 947_000_019 };

        BatchFailure failure = BatchArithmetic.Resolve(written).Failure!;

        Assert.Equal(BatchFailureReason.Contradiction, failure.Reason);
        Assert.Equal(written.GlobalBatch, failure.Suggestions[0].Plan.GlobalBatch);
        Assert.InRange(failure.Suggestions[0].Plan.MicroBatch, 900_000_000, 1_000_000_000);
    }

    private static bool HasSolution(BatchTerms written)
    {
        if (written.GlobalBatch is not { } global)
        {
            return true;
        }

        long replicas = (written.Devices ?? 1) * (written.Nodes ?? 1);
        for (long micro = written.MicroBatch ?? 1; micro <= (written.MicroBatch ?? global); micro++)
        {
            for (long accumulation = written.Accumulation ?? 1; accumulation <= (written.Accumulation ?? global); accumulation++)
            {
                if (micro * replicas * accumulation == global)
                {
                    return true;
                }
            }
        }

        return false;
    }

    private static void AssertConsistent(BatchPlan plan)
    {
        Assert.True(plan is { MicroBatch: >= 1, Devices: >= 1, Nodes: >= 1, Accumulation: >= 1 });
        Assert.Equal(
            new BigInteger(plan.GlobalBatch), new BigInteger(plan.MicroBatch) * plan.Devices * plan.Nodes * plan.Accumulation);
        Assert.Equal(plan.Devices * plan.Nodes, plan.Replicas);
        Assert.Equal(plan.MicroBatch * plan.Accumulation, plan.SamplesPerReplica);
    }

    private static Gen<BatchTerms> Terms(Gen<long> batches, Gen<long> factors)
        => Gen.Select(Maybe(batches), Maybe(batches), Maybe(factors), Maybe(factors), Maybe(factors))
            .Select((global, micro, devices, nodes, accumulation) => new BatchTerms
            {
                GlobalBatch = global,
                MicroBatch = micro,
                Devices = devices,
                Nodes = nodes,
                Accumulation = accumulation,
            });

    private static Gen<long?> Maybe(Gen<long> gen) => Gen.Select(Gen.Bool, gen, (there, value) => there ? value : (long?)null);
}
