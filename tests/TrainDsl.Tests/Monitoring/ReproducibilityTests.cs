using TrainDsl.Tests.Allocation;
using TrainDsl.Tests.Evaluation;
using Xunit;

namespace TrainDsl.Tests.Monitoring;

/// <summary>Alone: libtorch has one generator for the process, and a test beside these could draw from it between the seed and the weights.</summary>
[Collection(AloneCollection.Name)]
public sealed class ReproducibilityTests
{
    [Fact]
    public void TheSameSeedGivesTheSameBits()
    {
        using var one = new MeasuredDefinition(new ProbeSamples());
        using var other = new MeasuredDefinition(new ProbeSamples());

        double first = one.Run(new TrainingOptions { Monitors = [] }).FinalLoss;
        double second = other.Run(new TrainingOptions { Monitors = [] }).FinalLoss;

        Assert.Equal(first, second);
    }
}
