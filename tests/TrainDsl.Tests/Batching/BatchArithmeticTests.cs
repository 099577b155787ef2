using System;
using System.Linq;
using TrainDsl.Batching;
using Xunit;

namespace TrainDsl.Tests.Batching;

public sealed class BatchArithmeticTests
{
    [Theory]
    // Everything written.
    [InlineData(64L, 32L, 2L, 1L, 1L, "global 64 = micro 32 x devices 2 x nodes 1 x accumulation 1")]
    // Left out, devices and nodes are 1.
    [InlineData(64L, 32L, null, null, 2L, "global 64 = micro 32 x devices 1 x nodes 1 x accumulation 2")]
    // Accumulation is what global batch and micro-batch require ...
    [InlineData(64L, 8L, 2L, null, null, "global 64 = micro 8 x devices 2 x nodes 1 x accumulation 4")]
    [InlineData(64L, 8L, 2L, 4L, null, "global 64 = micro 8 x devices 2 x nodes 4 x accumulation 1")]
    // ... else 1.
    [InlineData(null, 8L, 2L, null, null, "global 16 = micro 8 x devices 2 x nodes 1 x accumulation 1")]
    [InlineData(64L, null, null, null, null, "global 64 = micro 64 x devices 1 x nodes 1 x accumulation 1")]
    // The micro-batch is what global batch and accumulation require.
    [InlineData(64L, null, 2L, null, 4L, "global 64 = micro 8 x devices 2 x nodes 1 x accumulation 4")]
    // The global batch is the product.
    [InlineData(null, 8L, 2L, 3L, 4L, "global 192 = micro 8 x devices 2 x nodes 3 x accumulation 4")]
    [InlineData(long.MaxValue, null, null, null, null,
        "global 9223372036854775807 = micro 9223372036854775807 x devices 1 x nodes 1 x accumulation 1")]
    public void Terms_left_out_are_inferred(long? global, long? micro, long? devices, long? nodes, long? accumulation, string expected)
    {
        BatchResolution resolution = Resolve(global, micro, devices, nodes, accumulation);

        Assert.Null(resolution.Failure);
        Assert.Equal(expected, resolution.Plan.ToString());
    }

    [Theory]
    [InlineData(64L, 24L, 2L, null, 1L, "Contradiction", "MicroBatch",
        "Global batch 64 is not micro-batch 24 x devices 2 x accumulation 1 = 48. Micro-batch 32 or global batch 48 would fit.")]
    [InlineData(64L, 16L, 2L, 4L, 1L, "Contradiction", "MicroBatch",
        "Global batch 64 is not micro-batch 16 x devices 2 x nodes 4 x accumulation 1 = 128. Micro-batch 8 or global batch 128 would fit.")]
    // Of two equally small changes, the one that needs less memory.
    [InlineData(64L, 16L, null, null, 2L, "Contradiction", "Accumulation",
        "Global batch 64 is not micro-batch 16 x accumulation 2 = 32. Accumulation 4 or global batch 32 would fit.")]
    [InlineData(64L, 24L, 2L, null, null, "NotDivisible", "MicroBatch",
        "Global batch 64 is not a multiple of micro-batch 24 x devices 2 = 48. Micro-batch 32 or global batch 48 would fit.")]
    [InlineData(64L, 24L, null, null, null, "NotDivisible", "MicroBatch",
        "Global batch 64 is not a multiple of micro-batch 24. Micro-batch 32 or global batch 72 would fit.")]
    [InlineData(64L, null, 2L, null, 3L, "NotDivisible", "Accumulation",
        "Global batch 64 is not a multiple of devices 2 x accumulation 3 = 6. Accumulation 4 or global batch 66 would fit.")]
    // Hardware is what it is: it is not at fault as long as something else can give way.
    [InlineData(64L, null, 3L, null, null, "NotDivisible", "GlobalBatch",
        "Global batch 64 is not a multiple of devices 3. Devices 2 or global batch 63 would fit.")]
    [InlineData(64L, null, null, 3L, null, "NotDivisible", "GlobalBatch",
        "Global batch 64 is not a multiple of nodes 3. Nodes 2 or global batch 63 would fit.")]
    [InlineData(8L, 8L, 16L, null, 1L, "Contradiction", "GlobalBatch",
        "Global batch 8 is not micro-batch 8 x devices 16 x accumulation 1 = 128. Devices 1 or global batch 128 would fit.")]
    [InlineData(null, null, 2L, null, 4L, "NothingToInferFrom", null,
        "Neither a global batch nor a micro-batch is written, so that there is nothing to infer the batch plan from. Write one of them. "
        + "Micro-batch 32 would fit.")]
    [InlineData(64L, 0L, 2L, null, null, "NotPositive", "MicroBatch",
        "Micro-batch 0 is not positive; at least 1 is expected. Micro-batch 32 would fit.")]
    [InlineData(64L, 32L, 0L, null, 1L, "NotPositive", "Devices",
        "Devices 0 is not positive; at least 1 is expected. Devices 2 or global batch 32 with devices 1 would fit.")]
    [InlineData(-64L, 32L, 2L, null, 1L, "NotPositive", "GlobalBatch",
        "Global batch -64 is not positive; at least 1 is expected. Global batch 64 would fit.")]
    [InlineData(null, 0L, null, null, null, "NotPositive", "MicroBatch",
        "Micro-batch 0 is not positive; at least 1 is expected. Micro-batch 32 would fit.")]
    [InlineData(64L, 16L, 2L, null, 0L, "NotPositive", "Accumulation",
        "Accumulation 0 is not positive; at least 1 is expected. Accumulation 2 would fit.")]
    [InlineData(null, long.MaxValue, 2L, null, null, "Overflow", "MicroBatch",
        "Micro-batch 9223372036854775807 x devices 2 is more than 9223372036854775807, the most samples that a batch can count. "
        + "Micro-batch 2147483647 would fit.")]
    [InlineData(64L, long.MaxValue, 2L, null, null, "Overflow", "MicroBatch",
        "Micro-batch 9223372036854775807 x devices 2 is more than 9223372036854775807, the most samples that a batch can count. "
        + "Micro-batch 32 would fit.")]
    public void Failures_give_the_reason_the_numbers_and_the_remedy(
        long? global, long? micro, long? devices, long? nodes, long? accumulation, string reason, string? term, string message)
    {
        BatchResolution resolution = Resolve(global, micro, devices, nodes, accumulation);

        Assert.Null(resolution.Plan);
        Assert.False(resolution.TryGetPlan(out _, out BatchFailure? failure));
        Assert.Equal(message, failure.Message);
        Assert.Equal(reason, failure.Reason.ToString());
        Assert.Equal(term, failure.Term?.ToString());
    }

    [Fact]
    public void Suggestions_keep_the_global_batch_first_and_change_little()
    {
        BatchFailure failure = Resolve(64, 24, 2, null, 1).Failure!;

        Assert.Equal(
            [
                "Use micro-batch 32",
                "Use micro-batch 16 and accumulation 2 (keeps global batch 64)",
                "Use micro-batch 8 and accumulation 4 (keeps global batch 64)",
                "Use global batch 48",
            ],
            failure.Suggestions.Select(s => s.Title));
        Assert.Equal([true, true, true, false], failure.Suggestions.Select(s => s.KeepsGlobal));
        Assert.Equal(
            [new BatchChange(BatchTerm.MicroBatch, 24, 16), new BatchChange(BatchTerm.Accumulation, 1, 2)],
            failure.Suggestions[1].Changes);
        Assert.Equal("global 64 = micro 16 x devices 2 x nodes 1 x accumulation 2", failure.Suggestions[1].Plan.ToString());
    }

    [Fact]
    public void A_term_left_out_stays_out_where_it_is_inferred()
    {
        BatchFailure failure = Resolve(64, 24, 2, null, null).Failure!;

        Assert.Equal(
            ["Use micro-batch 32", "Use micro-batch 16", "Use micro-batch 8", "Use global batch 48", "Use global batch 96"],
            failure.Suggestions.Select(s => s.Title));
        Assert.Equal(2, failure.Suggestions[1].Plan.Accumulation);
    }

    [Fact]
    public void Devices_are_offered_where_nothing_else_keeps_the_global_batch()
    {
        BatchFailure failure = Resolve(64, null, 3, null, null).Failure!;

        Assert.Equal(
            ["Use devices 2", "Use devices 1", "Use global batch 63", "Use global batch 66"],
            failure.Suggestions.Select(s => s.Title));
    }

    [Fact]
    public void Devices_are_not_offered_where_another_single_change_will_do()
    {
        BatchFailure failure = Resolve(64, 32, 4, null, 1).Failure!;

        Assert.Equal("Use micro-batch 16", failure.Suggestions[0].Title);
        Assert.DoesNotContain(failure.Suggestions, s => s.Changes.Any(c => c.Term == BatchTerm.Devices));
    }

    [Fact]
    public void A_term_with_nothing_to_go_by_is_added()
    {
        BatchFailure failure = Resolve(null, null, 2, null, 4).Failure!;

        BatchSuggestion suggestion = Assert.Single(failure.Suggestions);
        Assert.Equal([new BatchChange(BatchTerm.MicroBatch, null, 32)], suggestion.Changes);
        Assert.Equal(256, suggestion.Plan.GlobalBatch);
        Assert.False(suggestion.KeepsGlobal);
    }

    private static BatchResolution Resolve(long? global, long? micro, long? devices, long? nodes, long? accumulation)
        => BatchArithmetic.Resolve(new BatchTerms
        {
            GlobalBatch = global,
            MicroBatch = micro,
            Devices = devices,
            Nodes = nodes,
            Accumulation = accumulation,
        });
}
