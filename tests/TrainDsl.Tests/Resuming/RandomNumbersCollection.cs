using Xunit;

namespace TrainDsl.Tests.Resuming;

/// <summary>Tests that compare runs with dropout bit by bit: they have the process's generator of random numbers to themselves.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class RandomNumbersCollection
{
    public const string Name = "Random numbers";
}
